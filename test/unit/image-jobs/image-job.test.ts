import { describe, expect, test } from 'vitest';
import { Caller } from '../../../src/accounts/domain/caller.ts';
import { type ImageJob, ImageJob as Job } from '../../../src/image-jobs/domain/image-job.ts';
import { imageFormatOf } from '../../../src/imaging/domain/image-format.ts';
import { secondsAfter } from '../../../src/shared/clock.ts';
import { ANONYMOUS, MEMBER, POLICIES } from '../../support/callers.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const at = (seconds: number) => secondsAfter(NOW, seconds);

function submitted(caller: Caller, change: Partial<ImageJob> = {}): ImageJob {
  const facts = { format: 'webp', width: 40, height: 30, frames: 2 } as const;
  const submission = {
    id: 'an-id',
    name: 'a.webp',
    facts,
    bytes: 1234,
    sha256: 'a'.repeat(64),
    outputs: ['default', 'thumb'].map((name) => ({ name, operations: [], warnings: [] })),
    warnings: [],
  };
  return Object.assign(Job.submit(submission, caller, NOW), change);
}

test('a job is pending when it is submitted, and counts for its caller', () => {
  const job = submitted(ANONYMOUS);
  expect(job).toMatchObject({
    status: 'pending',
    version: 1,
    attempt: 0,
    crashes: 0,
    excused: 0,
    ownerKey: 'address:192.0.2.7',
    accountId: null,
    keptBytes: 1234,
    sourceBytes: 1234,
    createdAt: NOW,
    availableAt: NOW,
    startedAt: null,
    completedAt: null,
    downloadExpiresAt: null,
    outputs: ['default', 'thumb'].map((name) => ({ name, operations: [], warnings: [], result: null, error: null })),
  });
  expect(job.facts()).toEqual({ format: 'webp', width: 40, height: 30, frames: 2 });
  expect([job.originalKey(), ...submitted(MEMBER, { attempt: 3 }).resultKeys()]).toEqual([
    'an-id/original',
    'an-id/result-3',
    'an-id/result-3-thumb',
  ]);
  expect(submitted(MEMBER)).toMatchObject({ ownerKey: MEMBER.key, accountId: MEMBER.accountId });
});

test.each([
  ['pending', false],
  ['processing', false],
  ['completed', true],
  ['failed', true],
  ['expired', true],
] as const)('a job that is %s is final: %s', (status, final) => {
  expect(submitted(MEMBER, { status }).isFinal()).toBe(final);
});

describe('the window', () => {
  const completed = submitted(MEMBER, { status: 'completed', completedAt: NOW, downloadExpiresAt: at(600) });

  test.each([
    [0, 'completed'],
    [599.999, 'completed'],
    [600, 'expired'],
    [1e6, 'expired'],
  ])('after %i s it is %s', (seconds, status) => {
    expect(completed.statusAt(at(seconds))).toBe(status);
  });

  test('does not concern other states', () => {
    for (const status of ['pending', 'processing', 'failed', 'expired'] as const) {
      expect(submitted(MEMBER, { status, completedAt: NOW }).statusAt(at(1e6))).toBe(status);
    }
  });

  test('when it is over the record stays a while, as that of a failed job does from its failure', () => {
    expect(completed.isForgotten(at(600 + 86_399), 86_400)).toBe(false);
    expect(completed.isForgotten(at(600 + 86_400), 86_400)).toBe(true);
    const failed = submitted(MEMBER, { status: 'failed', completedAt: NOW });
    expect([failed.isForgotten(at(86_399), 86_400), failed.isForgotten(at(86_400), 86_400)]).toEqual([false, true]);
    expect(submitted(MEMBER).isForgotten(at(1e9), 86_400)).toBe(false);
  });
});

test('beside its results nobody needs its original, and what earlier attempts have made', () => {
  expect(submitted(MEMBER, { attempt: 2 }).keysBesideResults()).toEqual([
    'an-id/original',
    'an-id/result-1',
    'an-id/result-1-thumb',
  ]);
});

test('an account sees its own jobs and anonymous ones; others see anonymous ones', () => {
  const other = Caller.account('another', 'session', '192.0.2.7', POLICIES);
  expect([MEMBER, other, ANONYMOUS].map((caller) => submitted(MEMBER).isVisibleTo(caller))).toEqual([
    true,
    false,
    false,
  ]);
  expect([MEMBER, other, ANONYMOUS].map((caller) => submitted(ANONYMOUS).isVisibleTo(caller))).toEqual([
    true,
    true,
    true,
  ]);
});

describe('a format by its first bytes', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  test.each([
    ['\xff\xd8\xff', 'jpg'],
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'jpg'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    ['', null],
    ['\xff\xd8', null],
    ['\x89PNG\r\n\x1a', null],
    ['\x89PNG\n\n\x1a\n', null],
    ['RIFF\x10\0\0\0WAVEfmt ', null],
    ['RIFF\x10\0\0\0WEB', null],
    ['XXXX\x10\0\0\0WEBP', null],
    ['GIF89a\x01\0\x01\0', null],
    ['II*\0\x08\0\0\0', null],
    ['\0\0\0\x1cftypavif', null],
    ['<svg xmlns="', null],
    [' \xff\xd8\xff', null],
  ])('%j is %s', (head, format) => {
    expect(imageFormatOf(bytes(head))).toBe(format);
  });
});
