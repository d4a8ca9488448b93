import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileStore } from '../../src/image-jobs/application/ports.ts';
import { LocalFileStore } from '../../src/image-jobs/infrastructure/files/local-file-store.ts';
import { s3Client } from '../../src/image-jobs/infrastructure/files/s3-client.ts';
import { S3FileStore } from '../../src/image-jobs/infrastructure/files/s3-file-store.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { RemoveOrphanFiles } from '../../src/processing/application/remove-orphan-files.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { freshBucket } from '../support/servers/fresh.ts';
import { DATABASES, type TestDatabase, useDatabase } from './databases.ts';

const STORES = ['a folder', 'S3'] as const;
const WHOLE_FILE = { start: 0, end: 3 };

describe.each(DATABASES)('RemoveOrphanFiles on %s', (kind) => {
  const database = useDatabase(kind);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imagepro-files-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function store(kind: (typeof STORES)[number]): Promise<FileStore> {
    if (kind === 'a folder') return new LocalFileStore(folder);
    const { s3 } = loadSettings(await freshBucket());
    return new S3FileStore(s3Client(s3), s3Client(s3), s3.bucket as string, s3.timeoutSeconds);
  }

  test.each(STORES)('erases files of no job in %s, and nothing that somebody else keeps beside them', async (kind) => {
    const files = await store(kind);
    const [manager] = database.managers as [TestDatabase['managers'][0]];
    const orphan = `${randomUUID()}/original`;
    const foreign = ['backups/2026-11-01.dump', 'website/index.html', 'notes.txt'];
    for (const key of [orphan, ...foreign]) {
      const path = join(folder, randomUUID());
      await writeFile(path, 'mine');
      await files.put(key, path);
    }
    const tomorrow = new Date(Date.now() + 86_400_000);
    await new RemoveOrphanFiles(new MikroOrmImageWorkRepository(manager), files).execute(tomorrow);
    await expect(files.read(orphan, WHOLE_FILE)).rejects.toThrow();
    for (const key of foreign) (await files.read(key, WHOLE_FILE)).destroy();
  });
});
