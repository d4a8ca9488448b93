import { describe, expect, test } from 'vitest';
import { isConnectionLoss } from '../../../src/shared/connection-loss.ts';

function failure(code: string | undefined, message = 'it failed'): Error {
  return Object.assign(new Error(message), { code });
}

describe('the database cannot serve at the moment', () => {
  test.each([
    ['connection failure', '08006'],
    ['too many connections', '53300'],
    ['a full disk of the server', '53100'],
    ['a server that starts', '57P03'],
    ['a server that is shut down', '57P01'],
    ['a statement over its limit', '57014'],
    ['a lock that is not given', '55P03'],
    ['a circle of locks', '40P01'],
    ['a server that only reads', '25006'],
    ['nobody at the port', 'ECONNREFUSED'],
    ['a full disk', 'SQLITE_FULL'],
    ['a disk that only reads', 'SQLITE_READONLY_DBMOVED'],
    ['a broken disk', 'SQLITE_IOERR_WRITE'],
    ['another process that writes', 'SQLITE_BUSY'],
  ])('%s (%s)', (_what, code) => {
    expect(isConnectionLoss(failure(code))).toBe(true);
  });

  test.each([
    'Query read timeout',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Connection terminated due to connection timeout',
  ])('%s', (message) => {
    expect(isConnectionLoss(failure(undefined, message))).toBe(true);
  });
});

describe('the database refuses what it was asked', () => {
  test.each(['23505', '42601', '42P01', '22P02', '25P02', '40002', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR'])(
    '%s',
    (code) => {
      expect(isConnectionLoss(failure(code))).toBe(false);
    },
  );

  test.each([undefined, null, 'a text', { code: '57014' }])('%s is no error', (thrown) => {
    expect(isConnectionLoss(thrown)).toBe(false);
  });
});
