import type { Caller } from '../../accounts/domain/caller.ts';
import type { ImageFacts } from '../../imaging/domain/image-facts.ts';
import type { Wanted } from '../domain/wanted.ts';
import type { ForecastCompletion } from './forecast-completion.ts';
import { type ForetoldOutput, foretell } from './foretell-outputs.ts';

/** What would become of a picture. */
export interface OutputPlan {
  readonly outputs: readonly ForetoldOutput[];
  /** Time that a free worker would take for it, in whole seconds. */
  readonly estimatedSeconds: number;
}

/** Tells what an upload would give, or why it would be refused, and keeps nothing. */
export class PlanOutputs {
  constructor(private readonly forecasts: ForecastCompletion) {}

  /** @throws too_many_pixels, validation_failed */
  async execute(caller: Caller, facts: ImageFacts, wanted: Wanted): Promise<OutputPlan> {
    const outputs = foretell(caller, facts, wanted);
    return { outputs, estimatedSeconds: await this.forecasts.workSeconds(facts) };
  }
}
