import type { Caller } from '../../accounts/domain/caller.ts';
import { shutOutMeanwhile } from '../../accounts/domain/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { imageJobProblems } from '../domain/errors.ts';
import { isName } from '../domain/output.ts';
import { MOST_PRESETS, Preset } from '../domain/preset.ts';
import type { Wanted } from '../domain/wanted.ts';
import type { PresetRepository } from './ports.ts';

/** A preset, and whether there was none of its name before. */
export interface SavedPreset {
  readonly preset: Preset;
  readonly isNew: boolean;
}

/** Keeps what an account wants under a name, in place of what it wanted before. */
export class SavePreset {
  constructor(
    private readonly presets: PresetRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws too_many_presets; invalid_token when the session or the key has ended meanwhile */
  async execute(caller: Caller, name: string, wanted: Wanted): Promise<SavedPreset> {
    const preset = Preset.make(caller.ownAccountId, name, wanted, this.clock.now());
    const saved = await this.presets.save(preset, MOST_PRESETS, caller);
    if (saved === 'too_many_presets') {
      throw imageJobProblems.tooManyPresets.error(
        `Expected at most ${MOST_PRESETS} presets of one account, received one more`,
      );
    }
    if (saved === 'shut_out') throw shutOutMeanwhile();
    return saved;
  }
}

/** Finds one preset of an account. */
export class FindPreset {
  constructor(private readonly presets: PresetRepository) {}

  /** @throws preset_not_found */
  async execute(accountId: string, name: string): Promise<Preset> {
    const preset = isName(name) ? await this.presets.find(accountId, name) : null;
    if (preset) return preset;
    throw notFound(name);
  }
}

/** Deletes one preset of an account; jobs that were made with it keep what it said. */
export class DeletePreset {
  constructor(private readonly presets: PresetRepository) {}

  /** @throws preset_not_found */
  async execute(accountId: string, name: string): Promise<void> {
    const isRemoved = isName(name) && (await this.presets.remove(accountId, name));
    if (!isRemoved) throw notFound(name);
  }
}

function notFound(name: string) {
  return imageJobProblems.presetNotFound.error(expectation('the name of one of your presets', 'name', name));
}
