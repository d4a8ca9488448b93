import { expect, test } from 'vitest';
import { OperatorError, toldAtExit } from '../../../src/shared/operator-error.ts';
import { requestProblems } from '../../../src/shared/problems.ts';

const refused = Object.assign(new Error('listen EADDRINUSE 127.0.0.1:8000'), { syscall: 'listen' });

test.each([
  new OperatorError('Expected a port from 1 to 65535 for PORT, received 0'),
  requestProblems.notFound.error('Expected a documented path, received another one'),
  refused,
])('a command says of %s no more than its sentence', (error) => {
  expect(toldAtExit(error)).toBe(error.message);
});

test('a command says of a mistake in the code where it was made', () => {
  expect(toldAtExit(new TypeError('undefined is not a function'))).toMatch(
    /^TypeError: undefined is not a function\n\s+at .*operator-error\.test\.ts/,
  );
});
