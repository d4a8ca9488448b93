import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { s3Client } from '../../src/image-jobs/infrastructure/files/s3-client.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { namesIn } from './folders.ts';

/** Names of the files that a service stores: of one job, or `<job id>/<name>` of all when `jobId` is empty. */
export async function storedFilesOf({ storage, s3 }: Settings, jobId: string): Promise<string[]> {
  return s3.bucket === null
    ? filesInFolder(join(storage.dataDir, 'files'), jobId)
    : objectsIn(s3, jobId === '' ? '' : `${jobId}/`);
}

/** The same of a service that has these variables. */
export function storedFilesWith(env: NodeJS.ProcessEnv, jobId: string): Promise<string[]> {
  return storedFilesOf(loadSettings(env), jobId);
}

async function filesInFolder(folder: string, jobId: string): Promise<string[]> {
  if (jobId !== '') return namesIn(folder, jobId);
  const ids = await namesIn(folder);
  const names = await Promise.all(ids.map(async (id) => (await namesIn(folder, id)).map((name) => `${id}/${name}`)));
  return names.flat();
}

async function objectsIn(s3: Settings['s3'], prefix: string): Promise<string[]> {
  const client = s3Client(s3);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: s3.bucket ?? '', Prefix: prefix }));
  client.destroy();
  return Contents.map(({ Key = '' }) => Key.slice(prefix.length));
}
