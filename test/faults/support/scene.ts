import { expect } from 'vitest';
import { alive, familyOf } from '../../support/processes.ts';
import { untilNone } from '../../support/until.ts';
import { Deployment, PATIENT_STATEMENTS } from './deployment.ts';
import type { RunningProcess } from './running-process.ts';
import { S3Gate } from './s3-gate.ts';

/** What is held at a step is not given up before the test has seen it there. */
const PATIENT = { ...PATIENT_STATEMENTS, S3_TIMEOUT_SECONDS: '60' };

/** An API, workers that are killed, and whatever can hold them at a step of their work. */
export class Scene {
  private constructor(
    readonly gate: S3Gate,
    readonly deployment: Deployment,
    readonly api: RunningProcess,
  ) {}

  /** `env` are settings of all its processes. */
  static async set(env?: NodeJS.ProcessEnv): Promise<Scene> {
    const gate = await S3Gate.open();
    const deployment = await Deployment.create({ s3: gate.port }, { ...PATIENT, ...env });
    return new Scene(gate, deployment, await deployment.start('api'));
  }

  /** Kills the worker and sees its children die with it. */
  async kill(worker: RunningProcess): Promise<void> {
    const family = familyOf(worker.pid);
    // The worker itself, and a child for its one job.
    expect(family).toHaveLength(2);
    await this.deployment.end(worker, 'SIGKILL');
    await untilNone(() => alive(family));
  }

  /** Another worker completes the jobs, each with its attempt, and leaves their results and nothing else. */
  async completes(attempts: Readonly<Record<string, number>>): Promise<void> {
    await this.deployment.start('worker');
    await this.deployment.allCompleted(Object.keys(attempts));
    // A change each: the upload, two for each attempt that was given back, two for the one that counts.
    const expected = Object.entries(attempts).map(([id, attempt]) => [id, attempt, 1 + 2 * attempt]);
    const found = (await this.deployment.jobs()).map(({ id, attempt, version }) => [id, attempt, version]);
    expect(found.sort()).toEqual(expected.sort());
    await this.deployment.nothingIsLeft();
  }

  async clear(): Promise<void> {
    await this.deployment.stop();
    await this.gate.close();
  }
}
