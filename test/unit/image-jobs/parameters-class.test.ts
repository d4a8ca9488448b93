import { getMetadataStorage } from 'class-validator';
import { expect, test } from 'vitest';
import { Caller } from '../../../src/accounts/domain/caller.ts';
import type { OwnPolicy } from '../../../src/accounts/domain/usage-policy.ts';
import { parseWanted } from '../../../src/image-jobs/infrastructure/http/wanted/parse-wanted.ts';
import { OPERATIONS } from '../../../src/imaging/operations/operations.ts';
import { POLICIES } from '../../support/callers.ts';

const OF_EACH_TYPE = OPERATIONS.map(({ type }) => ({ operation_type: type, parameters: {} }));

/** Some account, as a request of it is read: with an object of its own for its policy. */
function requestOf(account: string, own: OwnPolicy): Caller {
  return Caller.account(account, 'session', '192.0.2.7', POLICIES, { ...own });
}

/** How many classes class-validator keeps. */
function classesKept(): number {
  return (Reflect.get(getMetadataStorage(), 'validationMetadatas') as Map<unknown, unknown>).size;
}

const outcomeOf = (caller: Caller, operations: unknown[] = OF_EACH_TYPE) => parseWanted({ operations }, caller).faults;

test('requests of an account with figures of its own leave nothing behind', () => {
  outcomeOf(requestOf('ada', { requestsPerMinute: 600 }));
  const before = classesKept();
  for (let n = 0; n < 100; n += 1) outcomeOf(requestOf('ada', { requestsPerMinute: 600 }));
  expect(classesKept()).toBe(before);
});

test('accounts whose figures differ where no parameter is measured by them leave nothing behind', () => {
  outcomeOf(requestOf('ada', { requestsPerMinute: 600 }));
  const before = classesKept();
  for (let n = 0; n < 100; n += 1) outcomeOf(requestOf(`account ${n}`, { requestsPerMinute: n, fileBytes: 700 + n }));
  expect(classesKept()).toBe(before);
});

test('each is measured by its own figures, from the next request on', () => {
  const compress = [{ operation_type: 'compress', parameters: { quality: 61 } }];
  const detailOf = (own: OwnPolicy) => outcomeOf(requestOf('ada', own), compress).map(({ detail }) => detail);
  for (let n = 0; n < 2; n += 1) {
    expect(detailOf({ qualityMax: 60 })).toEqual([
      'Expected an integer from 10 to 60 (limit of this account) for quality, received 61',
    ]);
    expect(detailOf({ qualityMin: 62 })).toEqual([
      'Expected an integer from 62 to 95 (limit of this account) for quality, received 61',
    ]);
    expect(detailOf({ qualityMax: 61 })).toEqual([]);
  }
});
