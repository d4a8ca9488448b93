import { buildMessage, isInt, ValidateBy, type ValidationArguments, type ValidationOptions } from 'class-validator';
import type { FaultCode } from './application-error.ts';
import { expectation, secretExpectation } from './expectation.ts';

interface Check {
  /** Name of the check in class-validator's metadata. */
  name: string;
  /** What is expected, as it stands in the sentence. */
  what: string;
  test: (value: unknown, args: ValidationArguments) => boolean;
  secret?: boolean;
  /** Code of the fault; `invalid_value` where no client needs to tell it from others. */
  code?: FaultCode;
}

/** A class-validator decorator whose message is the sentence above. */
export function Expect(
  { name, what, test, secret = false, code }: Check,
  options?: ValidationOptions,
): PropertyDecorator {
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value, args) => test(value, args as ValidationArguments),
        defaultMessage: buildMessage(
          (_prefix, args) => (secret ? secretExpectation : expectation)(what, args?.property ?? 'value', args?.value),
          options,
        ),
      },
    },
    { ...options, ...(code && { context: { code } }) },
  );
}

/** A whole number from `min` to `max` (`Infinity` for any), both included; numbers in text are refused. */
export function IntegerBetween(min: number, max: number, limitOf = ''): PropertyDecorator {
  return Expect({
    name: 'integerBetween',
    what: `an integer ${max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`}${limitOf}`,
    test: (value) => isInt(value) && (value as number) >= min && (value as number) <= max,
  });
}

/** One of the given words. */
export function OneOf(words: readonly string[]): PropertyDecorator {
  return Expect({
    name: 'oneOf',
    what: `one of ${words.join(', ')}`,
    test: (value) => typeof value === 'string' && words.includes(value),
  });
}

/** A text of `min` to `max` characters (code points); a `secret` one is never repeated in a message. */
export function TextBetween(min: number, max: number, { secret = false } = {}): PropertyDecorator {
  return Expect({
    name: 'textBetween',
    what: `a text of ${min} to ${max} characters`,
    secret,
    test: (value) => {
      if (typeof value !== 'string' || value.length > max * 2) return false;
      const length = [...value].length;
      return length >= min && length <= max;
    },
  });
}
