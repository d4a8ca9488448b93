import {
  buildMessage,
  isInt,
  isRFC3339,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
  type ValidationOptions,
} from 'class-validator';
import type { FaultCode } from './application-error.ts';
import { isDay } from './calendar.ts';
import { expectation, secretExpectation } from './expectation.ts';

interface Check {
  /** Name of the check in class-validator's metadata. */
  name: string;
  /** What is expected, as it stands in the sentence. */
  what: string;
  test: (value: unknown, args: ValidationArguments) => boolean;
  /** What of the value is at fault, when a part of it says more than the whole. */
  culprit?: (value: unknown) => unknown;
  secret?: boolean;
  /** Code of the fault; `invalid_value` where no client needs to tell it from others. */
  code?: FaultCode;
}

/** A class-validator decorator whose message is the sentence above. */
export function Expect(
  { name, what, test, culprit = (value) => value, secret = false, code }: Check,
  options?: ValidationOptions,
): PropertyDecorator {
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value, args) => test(value, args as ValidationArguments),
        defaultMessage: buildMessage(
          (_prefix, args) =>
            (secret ? secretExpectation : expectation)(what, args?.property ?? 'value', culprit(args?.value)),
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

/** True or false. */
export const Flag = (): PropertyDecorator =>
  Expect({ name: 'flag', what: 'true or false', test: (value) => typeof value === 'boolean' });

/** A moment that there is, as RFC 3339 writes it. */
export const Time = (): PropertyDecorator =>
  Expect({
    name: 'time',
    what: 'a date and time that there is, as RFC 3339 writes it',
    test: (value) =>
      typeof value === 'string' &&
      isRFC3339(value) &&
      isDay(value.slice(0, '2026-01-31'.length)) &&
      !Number.isNaN(Date.parse(value)),
  });

/** A text without line breaks and other control characters, as is checked, and as JSON Schema has patterns. */
export const ONE_LINE = { characters: /^[^\p{Cc}\p{Cs}]*$/u, pattern: '^[^\\x00-\\x1F\\x7F-\\x9F]*$' };

/** Left out, or whatever the decorators below it ask for. */
export const Optional = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** One of the given words. */
export function OneOf(words: readonly string[]): PropertyDecorator {
  return Expect({
    name: 'oneOf',
    what: `one of ${words.join(', ')}`,
    test: (value) => typeof value === 'string' && words.includes(value),
  });
}

/** An array of one or more of the given words, each once; a refusal names the first that is no such word or comes again. */
export function SomeOf(words: readonly string[]): PropertyDecorator {
  const wrongAt = (list: unknown[]): number =>
    list.findIndex((word, at) => !words.includes(word as string) || list.indexOf(word) < at);
  return Expect({
    name: 'someOf',
    what: `an array of one or more of ${words.join(', ')}, each once`,
    test: (value) => Array.isArray(value) && value.length > 0 && wrongAt(value) < 0,
    culprit: (value) => (Array.isArray(value) && value.length > 0 ? value[wrongAt(value)] : value),
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
