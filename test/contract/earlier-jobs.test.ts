import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { SqlWorkStatistics } from '../../src/image-jobs/infrastructure/sql/sql-work-statistics.ts';
import { DATABASES, type TestDatabase, useDatabase } from './databases.ts';
import { NOW } from './jobs.ts';

/** The migration that gave jobs several outputs, by dialect. */
const SEVERAL_OUTPUTS = { SQLite: 'Migration20261128182439', PostgreSQL: 'Migration20261128182441' };

const resize = [{ operation_type: 'resize', parameters: { width: 4, height: 3, fit: 'fill' } }];
const result = { format: 'webp', width: 4, height: 3, bytes: 500, sha256: 'ab'.repeat(32), processingMs: 12 };
const warnings = [{ code: 'animation_flattened', detail: 'Only the first frame was kept.' }];
const error = { code: 'image_corrupt', detail: 'It is damaged.' };

/** Jobs as a version of the service left them that knew one result a job. */
const EARLIER = {
  pending: { operations: [], result: null, warnings: [], error: null },
  completed: { operations: resize, result, warnings, error: null },
  failed: { operations: resize, result: null, warnings: [], error },
};

describe.each(DATABASES)('jobs of an earlier version on %s', (kind) => {
  const database = useDatabase(kind);
  const ids = { pending: randomUUID(), completed: randomUUID(), failed: randomUUID() };

  beforeAll(async () => {
    const { migrator } = database.orms[0] as TestDatabase['orms'][0];
    const later = (await migrator.getExecuted()).map(({ name }) => name);
    for (const name of later.slice(later.indexOf(SEVERAL_OUTPUTS[kind])).reverse()) await migrator.down(name);
    for (const [status, id] of Object.entries(ids)) await insert(status as keyof typeof EARLIER, id);
    await migrator.up();
  });

  /** As a row of that version; what is not told of it is the same as today. */
  async function insert(status: keyof typeof EARLIER, id: string): Promise<void> {
    const { operations, ...others } = EARLIER[status];
    const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
    const time = kind === 'SQLite' ? NOW.getTime() : NOW.toISOString();
    const row = {
      ...{ id, owner_key: 'address:192.0.2.1', status, version: 3, attempt: 1, crashes: 0, name: 'a.jpg' },
      ...{ source_format: 'jpg', source_width: 40, source_height: 30, source_frames: 1, source_bytes: 1000 },
      ...{ operations: json(operations), result: json(others.result), warnings: json(others.warnings) },
      ...{ error: json(others.error), terms: '{}', kept_bytes: 500, created_at: time, available_at: time },
      ...{ started_at: time, completed_at: status === 'pending' ? null : time },
    };
    const columns = Object.keys(row);
    await database.managers[0]
      ?.getConnection()
      .execute(
        `insert into image_jobs (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
        Object.values(row),
      );
  }

  test.each(['pending', 'completed', 'failed'] as const)(
    'one that is %s has one output, named default',
    async (status) => {
      const jobs = new MikroOrmImageJobRepository(database.managers[0] as TestDatabase['managers'][0]);
      const job = await jobs.find(ids[status]);
      expect(job).toMatchObject({ status, warnings: [], outputs: [{ name: 'default', ...EARLIER[status] }] });
      expect(job?.resultKeys()).toEqual([`${ids[status]}/result-1`]);
    },
  );

  test('the pace is measured from them too', async () => {
    const statistics = new SqlWorkStatistics(database.managers[0] as TestDatabase['managers'][0]);
    expect(await statistics.pace()).toEqual({ perJob: 0, perPixel: expect.closeTo(12 / (40 * 30)) });
  });
});
