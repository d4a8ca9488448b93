import { describe, expect, test } from 'vitest';
import { parseWanted, parseWantedForm } from '../../../src/image-jobs/infrastructure/http/wanted/parse-wanted.ts';
import { ANONYMOUS, MEMBER } from '../../support/callers.ts';
import { convert, resize } from '../../support/operations.ts';

const large = { name: 'large', operations: [resize(1600, 1200)] };
const small = { name: 'small_2-x', operations: [resize(200, 150), convert('webp')] };

/** The faults of `outputs` that a form sends as this value. */
const faultsOf = (value: unknown, caller = MEMBER) =>
  parseWantedForm({ outputs: [JSON.stringify(value)] }, caller).faults.map(({ pointer, code, detail }) => [
    pointer,
    code,
    detail,
  ]);

describe('outputs', () => {
  test('are taken in their order, from an array or from parts of one object each', () => {
    const wanted = { outputs: [large, small], member: 'outputs' };
    const [array, ...parts] = [[large, small], large, small].map((value) => JSON.stringify(value)) as [string];
    for (const outputs of [[array], parts])
      expect(parseWantedForm({ outputs }, MEMBER)).toEqual({ wanted, faults: [] });
    expect(parseWanted({ outputs: [large, small] }, MEMBER)).toEqual({ wanted, faults: [] });
  });

  test('may be one, or ten, and each may have no operations', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `n${n}`, operations: [] }));
    for (const count of [1, 10])
      expect(parseWanted({ outputs: many(count) }, MEMBER).wanted.outputs).toEqual(many(count));
    expect(faultsOf(many(11))).toEqual([
      ['/outputs', 'invalid_value', 'Expected a JSON array of 1 to 10 outputs for outputs, received an array of 11'],
    ]);
  });

  test.each([[[]], [{}], [null], ['large'], [1]])('that are %j', (value) => {
    const [fault, ...others] = faultsOf(value);
    expect(fault?.[0]).toMatch(/^\/outputs/);
    expect(others.length).toBeLessThan(3);
  });

  test.each(['', 'a'.repeat(33), 'Large', 'a b', 'ä', '../up', 'a.b', 1, null, undefined])('named %j', (name) => {
    expect(faultsOf([{ ...large, name }])).toEqual([
      [
        '/outputs/0/name',
        name === undefined ? 'required' : 'invalid_value',
        expect.stringMatching(/^Expected 1 to 32/),
      ],
    ]);
  });

  test.each(['a', 'a'.repeat(32), '0', '-', '_', 'default'])('named %s are fine', (name) => {
    expect(faultsOf([{ ...large, name }])).toEqual([]);
  });

  test('of one name, in place of each but the first', () => {
    expect(faultsOf([large, small, large, large])).toEqual(
      [2, 3].map((n) => [
        `/outputs/${n}/name`,
        'name_taken',
        'Expected a name that no output before it has for name, received "large"',
      ]),
    );
  });

  test('tell all their faults at once, down to the parameter', () => {
    const outputs = [
      { ...large, extra: 1 },
      { name: 'b', operations: [{ operation_type: 'resize', parameters: { width: 0, height: 1 } }] },
      { name: 'c' },
      { name: 'd', operations: Array.from({ length: 11 }, () => resize(1, 1)) },
      5,
    ];
    expect(faultsOf(outputs).map(([pointer, code]) => [pointer, code])).toEqual([
      ['/outputs/0/extra', 'unknown_field'],
      ['/outputs/1/operations/0/parameters/width', 'invalid_value'],
      ['/outputs/2/operations', 'required'],
      ['/outputs/3/operations', 'over_limit'],
      ['/outputs/4', 'invalid_value'],
    ]);
  });

  test('are for accounts alone', () => {
    expect(faultsOf([large], ANONYMOUS)).toEqual([
      [
        '/outputs',
        'account_required',
        'Expected operations from an anonymous caller, received outputs: only accounts can use it',
      ],
    ]);
  });
});

test('operations and outputs do not go together', () => {
  const faults = [
    {
      pointer: '/outputs',
      code: 'invalid_value',
      detail: 'Expected one of operations, outputs and preset, received operations and outputs',
    },
  ];
  expect(parseWanted({ operations: [], outputs: [large] }, MEMBER).faults).toEqual(faults);
  expect(parseWantedForm({ operations: ['[]'], outputs: ['[]'] }, MEMBER).faults).toEqual(faults);
});

test('what is no JSON is told of each', () => {
  const { faults } = parseWantedForm({ operations: ['['], outputs: ['[{}]', 'large'] }, MEMBER);
  expect(faults).toEqual([
    { pointer: '/operations', code: 'invalid_json', detail: 'Expected JSON for operations, received "["' },
    { pointer: '/outputs', code: 'invalid_json', detail: 'Expected JSON for outputs, received "large"' },
  ]);
});
