import { ValidateIf } from 'class-validator';

/** Unset, or whatever the decorators below it ask for. */
export const OrUnset = (): PropertyDecorator => ValidateIf((_object, value) => value !== null);

/** Text of digits as the number it means; any other text as it is, so that a message can repeat it. */
export function numberFrom(text: string): string | number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
