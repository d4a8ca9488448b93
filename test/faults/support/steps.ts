import { expect } from 'vitest';
import { familyOf, ticksOf } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import type { RowLock } from './row-lock.ts';
import type { RunningProcess } from './running-process.ts';
import type { Scene } from './scene.ts';
import { LAST_NAME } from './several-outputs.ts';

/** A moment in the work on a job, at which its worker is killed. */
export interface Step {
  readonly name: string;
  /** Starts a worker on a job that waits, and resolves when it is dead at this step of it. */
  kill(scene: Scene, id: string): Promise<void>;
  /** The attempt that counts in the end. */
  readonly attempt: number;
  /** Operations that take as long as the step needs; any when left out. */
  readonly operations?: readonly object[];
}

/** Seconds of work on a small file. */
const LONG_WORK = [
  { operation_type: 'resize', parameters: { width: 4000, height: 3000 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
  { operation_type: 'compress', parameters: { quality: 80, effort: 'small' } },
];

/** The steps from the claim to the publication, in their order. */
export const STEPS: readonly Step[] = [
  {
    name: 'while it claims a job: the claim is written, and nobody works under it',
    attempt: 2,
    async kill(scene, id) {
      const lock = await scene.deployment.lock(id);
      const worker = await scene.deployment.start('worker');
      await lock.waiting('attempt');
      await scene.kill(worker);
      await lock.release();
      await scene.deployment.became(id, 'processing');
    },
  },
  {
    name: 'while it reads the original',
    attempt: 2,
    async kill(scene, id) {
      const [worker, release] = await reading(scene, id);
      await scene.kill(worker);
      release();
    },
  },
  {
    name: 'while its child transforms the picture',
    attempt: 2,
    operations: LONG_WORK,
    async kill(scene, id) {
      const [worker, release] = await reading(scene, id);
      const [, child = 0] = familyOf(worker.pid);
      const before = ticksOf(child);
      release();
      await until(
        () => ticksOf(child) - before,
        (ticks) => ticks > 20,
      );
      expect(await scene.deployment.job(id)).toMatchObject({ status: 'processing' });
      await scene.kill(worker);
    },
  },
  {
    name: 'while it writes the result, the last one of several',
    attempt: 2,
    async kill(scene, id) {
      const writing = scene.gate.hold('PUT', new RegExp(`${id}/result-1(-${LAST_NAME})?(\\?|$)`), 'half');
      const worker = await scene.deployment.start('worker');
      await writing.reached;
      await scene.kill(worker);
      writing.release();
    },
  },
  {
    name: 'before it publishes: what the dead attempt has stored is erased',
    attempt: 2,
    async kill(scene, id) {
      const [worker, lock] = await publishing(scene, id);
      const process = await lock.waiting('outputs');
      await scene.kill(worker);
      await lock.terminate(process);
      await lock.release();
    },
  },
  {
    name: 'while it publishes: what is published stays, and the rest of its work is done for it',
    attempt: 1,
    async kill(scene, id) {
      const [worker, lock] = await publishing(scene, id);
      await lock.waiting('outputs');
      await scene.kill(worker);
      await lock.release();
      await scene.deployment.became(id, 'completed');
    },
  },
];

/** A worker that has half of the job's original, and what lets it have the rest. */
async function reading({ gate, deployment }: Scene, id: string): Promise<[RunningProcess, release: () => void]> {
  const hold = gate.hold('GET', new RegExp(`${id}/original`), 'half');
  const worker = await deployment.start('worker');
  await hold.reached;
  return [worker, hold.release];
}

/** A worker that will store its results, and wait to publish them. */
async function publishing(scene: Scene, id: string): Promise<[RunningProcess, RowLock]> {
  const [worker, release] = await reading(scene, id);
  const lock = await scene.deployment.lock(id);
  release();
  return [worker, lock];
}
