import { expect, test } from 'vitest';
import { assertNoFaults, fault, refusalOf } from '../../../src/shared/faults.ts';

const faults = Array.from({ length: 300 }, (_, i) => fault([i], 'invalid_value', `Number ${i}`));

test('many faults are one refusal, with the first as its sentence and a hundred in it', () => {
  const { problem, detail, details } = refusalOf(faults) ?? {};
  expect([problem?.code, detail, details?.errors?.length]).toEqual([
    'validation_failed',
    'Number 0 (and 299 more, see errors)',
    100,
  ]);
});

test('one fault is a refusal with its own sentence, and none is no refusal', () => {
  expect(() => assertNoFaults(faults.slice(0, 1))).toThrow(/^Number 0$/);
  expect(() => assertNoFaults([])).not.toThrow();
});
