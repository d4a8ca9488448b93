import { join } from 'node:path';
import { ChildProcessPool } from '../../src/imaging/infrastructure/children/child-process-pool.ts';

/** A process with two children, one of them at work, which tells their ids and then waits to be killed. */
const pool = new ChildProcessPool({
  module: join(import.meta.dirname, 'obedient.child.ts'),
  children: 2,
  memoryCapBytes: 1e9,
  recycleAboveBytes: 1e9,
  recycleAfterJobs: 100,
  startSeconds: 30,
  onLoss: () => {},
});
await pool.start();
pool.run('encode', { deadlineSeconds: 600 }).catch(() => {});
await pool.run('answer', { deadlineSeconds: 600 });
process.stdout.write(`${JSON.stringify(pool.pids)}\n`);
