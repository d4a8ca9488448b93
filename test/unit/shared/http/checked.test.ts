import { describe, expect, test } from 'vitest';
import type { ApplicationError } from '../../../../src/shared/application-error.ts';
import { checked } from '../../../../src/shared/http/checked.ts';
import { CheckedBodyPipe } from '../../../../src/shared/http/checked-body.pipe.ts';
import { RefusedBody } from '../../../../src/shared/http/middleware.ts';
import { IntegerBetween, OneOf, TextBetween } from '../../../../src/shared/validation.ts';

class Parameters {
  @IntegerBetween(1, 10, ' (limit of anonymous callers)')
  width: number;
  @OneOf(['fill', 'cover'])
  fit: string;
  @TextBetween(2, 4, { secret: true })
  key: string;
}

const GOOD = { width: 5, fit: 'fill', key: 'abc' };

function faultsOf(raw: unknown): [string, string, string][] {
  return checked(Parameters, raw, ['operations', 1, 'parameters'], 'parameters').faults.map(
    ({ pointer, code, detail }) => [pointer.replace('/operations/1/parameters', ''), code, detail],
  );
}

function thrown(act: () => unknown): ApplicationError {
  try {
    act();
  } catch (error) {
    return error as ApplicationError;
  }
  throw new Error('Expected an error, received none');
}

describe('checked', () => {
  test('gives an instance of the class', () => {
    const { value, faults } = checked(Parameters, GOOD, [], 'body');
    expect([value, value instanceof Parameters, faults]).toEqual([GOOD, true, []]);
  });

  test.each([1, 10])('the ends of a range, such as %s, belong to it', (width) => {
    expect(faultsOf({ ...GOOD, width })).toEqual([]);
  });

  test.each([0, 11, 1.5, Number.NaN, '5', true, null, [5], { n: 5 }])('%j is no integer from 1 to 10', (width) => {
    const [pointer, code, detail] = faultsOf({ ...GOOD, width })[0] ?? [];
    expect([pointer, code]).toEqual(['/width', 'invalid_value']);
    expect(detail).toMatch(/^Expected an integer from 1 to 10 \(limit of anonymous callers\) for width, received /);
  });

  test.each(['FILL', '', null, 5, ['fill'], { toString: 'fill' }])('%j is none of the words', (fit) => {
    expect(faultsOf({ ...GOOD, fit })[0]?.slice(0, 2)).toEqual(['/fit', 'invalid_value']);
  });

  test('counts characters, not code units', () => {
    expect(faultsOf({ ...GOOD, key: '🔑🔑🔑🔑' })).toEqual([]);
    expect(faultsOf({ ...GOOD, key: '🔑🔑🔑🔑🔑' })).toEqual([
      ['/key', 'invalid_value', 'Expected a text of 2 to 4 characters for key, received a text of 5 characters'],
    ]);
  });

  test('reports what is unknown, missing and wrong, all at once', () => {
    expect(faultsOf({ width: 99, 'a/b~c': 1 })).toEqual([
      ['/a~1b~0c', 'unknown_field', 'Expected only the members width, fit, key, received "a/b~c"'],
      [
        '/width',
        'invalid_value',
        'Expected an integer from 1 to 10 (limit of anonymous callers) for width, received 99',
      ],
      ['/fit', 'required', 'Expected one of fill, cover for fit, received nothing'],
      ['/key', 'required', 'Expected a text of 2 to 4 characters for key, received nothing'],
    ]);
  });

  test.each([undefined, null, 5, 'text', [], [GOOD]])('%j is no object', (raw) => {
    const code = raw === undefined ? 'required' : 'invalid_value';
    expect(faultsOf(raw)).toEqual([['', code, expect.stringMatching(/^Expected an object for parameters, received /)]]);
  });

  test('__proto__ and its like are unknown members and nothing else', () => {
    const raw = JSON.parse(`{"__proto__":{"width":5},"constructor":{},"width":5,"fit":"fill","key":"abc"}`);
    const { value, faults } = checked(Parameters, raw, [], 'body');
    expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/__proto__', 'unknown_field'],
      ['/constructor', 'unknown_field'],
    ]);
    expect([Object.getPrototypeOf(value), ({} as { width?: number }).width]).toEqual([Parameters.prototype, undefined]);
  });

  test('what stands on the prototype is missing', () => {
    expect(faultsOf(Object.create(GOOD)).map(([, code]) => code)).toEqual(['required', 'required', 'required']);
  });
});

describe('the pipe of bodies', () => {
  const pipe = new CheckedBodyPipe();
  const body = { type: 'body', metatype: Parameters } as const;

  test('checks bodies, and leaves everything else alone', () => {
    expect(pipe.transform(GOOD, body)).toEqual(GOOD);
    expect(pipe.transform('5', { type: 'param', metatype: Number })).toBe('5');
    expect(thrown(() => pipe.transform(undefined, body)).details.errors).toHaveLength(3);
  });

  test('throws the reason for which a body was refused', () => {
    const reason = new Error('too large');
    expect(thrown(() => pipe.transform(new RefusedBody(reason), body))).toBe(reason);
  });

  test('repeats nothing of a body that is no object', () => {
    expect(thrown(() => pipe.transform('hunter2', body)).detail).toBe(
      'Expected an object for body, received a text of 7 characters',
    );
    expect(thrown(() => pipe.transform([], body)).detail).toBe('Expected an object for body, received an array');
  });
});
