import { CreateBucketCommand, HeadBucketCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from './s3.settings.ts';

/** How long the service may take to accept a connection. */
const CONNECTION_MS = 3000;
/** Connections of this process at once. */
const MOST_SOCKETS = 100;

/** A client of the S3-compatible service that the settings name. */
export function s3Client({
  endpoint,
  region,
  forcePathStyle,
  accessKeyId,
  secretAccessKey,
  sessionToken,
  timeoutSeconds,
}: S3Settings): S3Client {
  return new S3Client({
    region,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECTION_MS,
      requestTimeout: timeoutSeconds * 1000,
      throwOnRequestTimeout: true,
      httpsAgent: { maxSockets: MOST_SOCKETS },
      httpAgent: { maxSockets: MOST_SOCKETS },
    },
    ...(accessKeyId !== null &&
      secretAccessKey !== null && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) },
      }),
    ...(endpoint !== null && {
      endpoint,
      // Not every service knows Amazon's newer checksums: some store their framing as part of the file.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
    forcePathStyle: forcePathStyle === 'auto' ? endpoint !== null : forcePathStyle === 'true',
  });
}

/** Makes the bucket if there is none. */
export async function ensureBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}
