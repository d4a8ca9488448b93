import { isRequired, type Parameter } from '../domain/parameter.ts';
import { OPERATIONS } from './operations.ts';

/** One line of the table of operations: its word, and its parameters with code between backticks. */
export interface OperationRow {
  readonly type: string;
  readonly parameters: string;
}

/** The operations as documents list them. */
export function operationRows(): OperationRow[] {
  return OPERATIONS.map(({ type, parameters }) => ({
    type,
    parameters: listed(Object.entries<Parameter>(parameters).map(([name, parameter]) => phraseOf(name, parameter))),
  }));
}

function phraseOf(name: string, parameter: Parameter): string {
  const absence = isRequired(parameter) || parameter.default !== undefined ? '' : ' (optional)';
  if (parameter.kind === 'integer') {
    const byDefault = parameter.default === undefined ? absence : ` (default ${parameter.default})`;
    return `\`${name}\`${byDefault}`;
  }
  const values = parameter.values.map((value) => `\`${value}\`${value === parameter.default ? ' (default)' : ''}`);
  return `\`${name}\`${absence}: ${values.join(', ')}`;
}

/** Plain names with commas between them; what has commas of its own stands apart. */
function listed(phrases: readonly string[]): string {
  return phrases.reduce((line, phrase) => (phrase.includes(': ') ? `${line}; ${phrase}` : `${line}, ${phrase}`));
}
