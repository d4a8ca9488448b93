import { expect, test } from 'vitest';
import { failureKindOf, WorkInterrupted, workFailure, workProblems } from '../../../src/imaging/domain/errors.ts';
import { requestProblems } from '../../../src/shared/problems.ts';

const {
  imageTruncated,
  imageCorrupt,
  tookTooLong,
  outOfMemory,
  cannotBeSoSmall,
  cannotBeDone,
  workerCrashed,
  processingFailed,
} = workProblems;

test.each([imageTruncated, imageCorrupt, tookTooLong, outOfMemory, cannotBeSoSmall, cannotBeDone])(
  '$code is final at once',
  (problem) => {
    expect(failureKindOf(problem.error('A sentence.'))).toBe('final');
  },
);

test('a dead worker is a crash', () => {
  expect(failureKindOf(workerCrashed.error('A sentence.'))).toBe('crash');
});

test.each([
  processingFailed.error('A sentence.'),
  requestProblems.unavailable.error('The store is away.'),
  new Error('no known one'),
])('what is nothing against the image is transient: %s', (error) => {
  expect(failureKindOf(error)).toBe('transient');
});

test('what the service itself ends is interrupted', () => {
  expect(failureKindOf(new WorkInterrupted(new Error('The pool is stopped.')))).toBe('interrupted');
});

test('only what is known of pictures is told to the client', () => {
  const known = imageCorrupt.error('It is damaged.');
  expect(workFailure(known)).toBe(known);
  expect(workFailure(requestProblems.unavailable.error('The store is away.'))).toBeUndefined();
  expect(workFailure(new Error('no known one'))).toBeUndefined();
});
