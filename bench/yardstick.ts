import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BareSharpFigures, BareSharpOrder } from './bare-sharp.child.ts';
import type { Work } from './works.ts';

/** Bare sharp, in a process of its own. */
export class Yardstick {
  readonly #process = fork(join(import.meta.dirname, 'bare-sharp.child.ts'));
  readonly #target: string;

  /** `target` is the beginning of the paths of what it writes. */
  constructor(target: string) {
    this.#target = target;
  }

  async measure(work: Work, sources: readonly string[], count: number, concurrency: number): Promise<BareSharpFigures> {
    this.#process.send({ work: work.name, sources, target: this.#target, count, concurrency } satisfies BareSharpOrder);
    const [figures] = (await once(this.#process, 'message')) as [BareSharpFigures];
    return figures;
  }

  stop(): void {
    this.#process.disconnect();
  }
}
