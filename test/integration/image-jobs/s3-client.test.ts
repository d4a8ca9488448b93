import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3Client } from '../../../src/image-jobs/infrastructure/files/s3-client.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';

test.each([['a token of the hour'], [undefined]])('a key signs with its session token, here %s', async (token) => {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { s3 } = loadSettings({
    S3_BUCKET: 'images',
    S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'temporary',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ...(token && { AWS_SESSION_TOKEN: token }),
  });
  const client = s3Client(s3);
  await client.send(new HeadBucketCommand({ Bucket: 'images' }));
  client.destroy();
  server.close();
  expect(seen.map((headers) => headers['x-amz-security-token'])).toEqual([token]);
});
