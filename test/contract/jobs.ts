import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { Caller } from '../../src/accounts/domain/caller.ts';
import type { Completion } from '../../src/image-jobs/application/ports.ts';
import { ImageJob, type Submission } from '../../src/image-jobs/domain/image-job.ts';
import type { JobError, Output } from '../../src/image-jobs/domain/output.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { signedIn, storedAccount } from './accounts.ts';

/** The moment that the jobs of a suite are counted from. */
export const NOW = new Date('2026-01-01T12:00:00.123Z');
const { policies } = loadSettings({});

/** Room for everything. */
export const NO_LIMITS = { activeJobs: 1_000_000, keptBytes: Number.MAX_SAFE_INTEGER, queue: 1_000_000 };

/** A new account, as the caller that it is. */
export async function accountCaller(em: EntityManager): Promise<Caller & { accountId: string }> {
  const { accountId, sessionId } = await signedIn(em, await storedAccount(em));
  return Caller.account(accountId, sessionId, '192.0.2.1', policies) as Caller & { accountId: string };
}

/** Someone who has sent nothing yet. */
export function stranger(): Caller {
  return Caller.anonymous(randomUUID(), policies);
}

/** What a job may be given. */
interface JobParts {
  readonly id?: string;
  readonly bytes?: number;
  readonly batch?: Submission['batch'];
  readonly operations?: readonly Operation[];
}

const RESIZED: readonly Operation[] = [{ operation_type: 'resize', parameters: { width: 4, height: 3, fit: 'fill' } }];

/** A submitted job; it keeps 1000 bytes unless told otherwise. */
export function job(
  caller: Caller = stranger(),
  createdAt = NOW,
  { id = randomUUID(), bytes = 1000, batch, operations = RESIZED }: JobParts = {},
) {
  const facts = { format: 'jpg', width: 40, height: 30, frames: 1 } as const;
  return ImageJob.submit(
    {
      id,
      name: 'näme.jpg',
      facts,
      bytes,
      sha256: 'a'.repeat(64),
      outputs: [{ name: 'default', operations, warnings: [] }],
      warnings: [],
      ...(batch && { batch }),
    },
    caller,
    createdAt,
  );
}

/** An output that has been made, of so many bytes. */
export function madeOutput(bytes = 500, output = outputOf(job())): Output {
  return {
    ...output,
    result: { format: 'webp', width: 4, height: 3, quality: 85, bytes, sha256: 'ab'.repeat(32), processingMs: 12 },
    warnings: [{ code: 'animation_flattened', detail: 'Only the first frame was kept.' }],
  };
}

/** An output that has failed. */
export function failedOutput(error: JobError, output = outputOf(job())): Output {
  return { ...output, error };
}

/** What an attempt publishes of a job with one output, open for ten minutes. */
export function completion(completedAt = NOW, bytes = 500, ended = job()): Completion {
  const outputs = [madeOutput(bytes, outputOf(ended))];
  return { outputs, completedAt, downloadExpiresAt: secondsAfter(completedAt, 600) };
}

function outputOf({ outputs }: ImageJob): Output {
  return outputs[0] as Output;
}
