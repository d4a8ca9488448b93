import { ApplicationError } from './application-error.ts';

/** What the operator alone can mend; its message says what was expected and what is there, and is all there is to say. */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.constructor.name;
  }
}

/** The first thing that an error says. Of several attempts to connect, each to another address, the first counts. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, errors, code } = error as AggregateError & NodeJS.ErrnoException;
  return message || (errors?.[0] ? reasonOf(errors[0]) : (code ?? error.name));
}

/** What a command that ends with this error says: a sentence, where that is all there is to say, or else where it came from. */
export function toldAtExit(error: unknown): string {
  const isExpected = error instanceof OperatorError || error instanceof ApplicationError;
  if (isExpected || !(error instanceof Error) || 'syscall' in error) return reasonOf(error);
  return error.stack ?? error.message;
}
