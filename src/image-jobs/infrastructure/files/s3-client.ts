import { CreateBucketCommand, HeadBucketCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { OperatorError } from '../../../shared/operator-error.ts';
import type { S3Settings } from './s3.settings.ts';

/** How long the service may take to accept a connection. */
const CONNECTION_MS = 3000;
/** Connections of a client at once, if nothing else is said. */
const MOST_SOCKETS = 100;

/** A client of the S3-compatible service that the settings name, with so many connections of its own at once. */
export function s3Client(settings: S3Settings, maxSockets = MOST_SOCKETS): S3Client {
  const { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey, sessionToken, timeoutSeconds } = settings;
  return new S3Client({
    region,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECTION_MS,
      requestTimeout: timeoutSeconds * 1000,
      throwOnRequestTimeout: true,
      httpsAgent: { maxSockets },
      httpAgent: { maxSockets },
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

/**
 * Makes the bucket if there is none.
 * @throws OperatorError when S3 refuses this key, region or name
 */
export async function ensureBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
      return client.send(new CreateBucketCommand({ Bucket: bucket }));
    });
  } catch (error) {
    throw refusalOf(error, bucket) ?? error;
  }
}

/** What the operator can mend; of a bucket S3 says no more than a status. */
export function refusalOf(cause: unknown, bucket: string): OperatorError | undefined {
  const sentences: Record<number, string> = {
    301: `S3_REGION: expected the region of the bucket ${bucket}, received another one`,
    403: `AWS_ACCESS_KEY_ID: expected a key that may use the bucket ${bucket} (S3_BUCKET), received one that S3 refuses`,
    404: `S3_BUCKET: expected a bucket that is there, received ${bucket}. The migrate command makes it`,
  };
  const { $metadata } = cause as { $metadata?: { httpStatusCode?: number } };
  const message = sentences[$metadata?.httpStatusCode ?? 0];
  return message === undefined ? undefined : new OperatorError(message, { cause });
}
