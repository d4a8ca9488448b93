import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../../src/image-jobs/infrastructure/files/s3-client.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** Runs `act` while the files of a service cannot be reached: its empty bucket is gone, or its folder. */
export async function withoutStorage({ storage, s3 }: Settings, act: () => Promise<void>): Promise<void> {
  const [takeAway, bringBack] = s3.bucket === null ? folderOf(storage.dataDir) : bucketOf(s3, s3.bucket);
  await takeAway();
  try {
    await act();
  } finally {
    await bringBack();
  }
}

type Step = () => Promise<unknown>;

function folderOf(dataDir: string): [Step, Step] {
  const [folder, elsewhere] = [join(dataDir, 'files'), join(dataDir, 'files-away')];
  return [
    async () => {
      await rename(folder, elsewhere);
      await writeFile(folder, 'no folder');
    },
    async () => {
      await rm(folder);
      await rename(elsewhere, folder);
    },
  ];
}

function bucketOf(s3: Settings['s3'], bucket: string): [Step, Step] {
  const client = s3Client(s3);
  return [
    () => client.send(new DeleteBucketCommand({ Bucket: bucket })),
    () => client.send(new CreateBucketCommand({ Bucket: bucket })).finally(() => client.destroy()),
  ];
}
