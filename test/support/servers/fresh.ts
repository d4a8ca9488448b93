import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { MikroORM } from '@mikro-orm/postgresql';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { S3_KEY } from './s3.ts';

/** A new database with all tables, empty; its URL. On the suite's server unless another one's port is given. */
export async function freshDatabase(port = inject('servers').postgresql): Promise<string> {
  const server = `postgresql://imagepro@127.0.0.1:${port}`;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const orm = await MikroORM.init({
    clientUrl: `${server}/template1`,
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });
  await orm.em.getConnection().execute(`create database ${name} template postgres`);
  await orm.close();
  return `${server}/${name}`;
}

/** An empty database of a Redis server, the suite's unless another one's port is given; its URL. */
export async function freshRedis(port = inject('servers').redis): Promise<string> {
  const server = `redis://127.0.0.1:${port}`;
  const redis = new Redis(server);
  const database = await redis.incr('tests:databases');
  await redis.quit();
  return `${server}/${database}`;
}

/** An empty bucket, on the suite's server unless another one's port is given; the settings that lead to it. */
export async function freshBucket(port = inject('servers').s3): Promise<Record<string, string>> {
  const endpoint = `http://127.0.0.1:${port}`;
  const bucket = `test-${randomUUID()}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: S3_KEY });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return {
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
  };
}
