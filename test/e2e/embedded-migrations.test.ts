import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PASSWORD } from '../support/api-client.ts';
import { runCommand } from '../support/commands.ts';
import { execute } from '../support/database-rows.ts';
import { ServiceProcess } from '../support/service-process.ts';

test.each([
  ['migrate', [], []],
  ['account', ['create', 'ada'], ['ada@example.com', PASSWORD]],
])('%s leaves tables of an earlier version alone while a service holds them', async (command, args, answers) => {
  const service = await ServiceProcess.start();
  try {
    const done = await execute(service.settings, 'select id, name from mikro_orm_migrations order by id');
    const { id, name } = done.at(-1) as { id: number; name: string };
    // What the last one did is still there, and would be refused a second time.
    await execute(service.settings, `delete from mikro_orm_migrations where id = ${id}`);
    const { code, said } = await runCommand(command, service.env, args, answers);
    expect([code, said]).toEqual([1, expect.stringContaining(`without ${name}, which another process holds`)]);
    expect(said).not.toMatch(/\n\s+at /);
  } finally {
    await service.stop();
  }
});

test('migrate makes the tables of an empty folder, and says which', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
  try {
    expect(await runCommand('migrate', env)).toEqual({
      code: 0,
      said: expect.stringMatching(/^Done: Migration\w+Initial, /),
    });
    expect(await runCommand('migrate', env)).toEqual({ code: 0, said: 'The tables are up to date.\n' });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
