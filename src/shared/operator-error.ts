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
