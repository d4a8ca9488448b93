import type { WantedOutput } from './output.ts';
import type { Wanted } from './wanted.ts';

/** Most presets of one account. */
export const MOST_PRESETS = 100;

/** What an account wants to be made of its pictures again and again, under a name. */
export class Preset {
  private constructor(
    readonly accountId: string,
    /** Of the account's presets it alone has this name. */
    readonly name: string,
    /** Whether it was written as `operations` or as `outputs`. */
    readonly member: 'operations' | 'outputs',
    readonly outputs: readonly WantedOutput[],
    readonly createdAt: Date,
    readonly updatedAt: Date,
  ) {}

  static make(accountId: string, name: string, { member, outputs }: Wanted, now: Date): Preset {
    return new Preset(accountId, name, member === 'outputs' ? member : 'operations', outputs, now, now);
  }

  /** What it wants, as a request says it. */
  members(): { operations: WantedOutput['operations'] } | { outputs: readonly WantedOutput[] } {
    return this.member === 'outputs' ? { outputs: this.outputs } : { operations: this.outputs[0]?.operations ?? [] };
  }
}
