import type { EntityManager } from '@mikro-orm/core';
import type { Credential } from '../../../accounts/domain/caller.ts';
import { lockLetIn } from '../../../accounts/infrastructure/sql/lock-let-in.ts';
import { PresetRepository } from '../../application/ports.ts';
import { Preset } from '../../domain/preset.ts';

/** Presets in the database. Each method is one statement or one transaction. */
export class MikroOrmPresetRepository extends PresetRepository {
  constructor(private readonly em: EntityManager) {
    super();
  }

  /** Those who save presets of one account wait for each other, and so do they and whoever deletes it or shuts it out. */
  save(preset: Preset, most: number, by: Credential): ReturnType<PresetRepository['save']> {
    return this.em.fork().transactional(async (em) => {
      const { accountId, name, member, outputs, updatedAt } = preset;
      if (!(await lockLetIn(em, by))) return 'shut_out';
      if ((await em.nativeUpdate(Preset, { accountId, name }, { member, outputs, updatedAt })) === 1) {
        return { preset: await em.findOneOrFail(Preset, { accountId, name }), isNew: false };
      }
      if ((await em.count(Preset, { accountId })) >= most) return 'too_many_presets';
      await em.insert(Preset, preset);
      return { preset, isNew: true };
    });
  }

  find(accountId: string, name: string): Promise<Preset | null> {
    return this.em.fork().findOne(Preset, { accountId, name });
  }

  async listOf(accountId: string): Promise<Preset[]> {
    const presets = await this.em.fork().find(Preset, { accountId });
    // Databases order letters each in its own way.
    return presets.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async remove(accountId: string, name: string): Promise<boolean> {
    return (await this.em.fork().nativeDelete(Preset, { accountId, name })) === 1;
  }

  async removeAllOf(accountId: string): Promise<void> {
    await this.em.fork().nativeDelete(Preset, { accountId });
  }
}
