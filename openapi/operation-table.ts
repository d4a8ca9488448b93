import { isRequired, otherSpellings, type Parameter } from '../src/imaging/domain/parameter.ts';
import { OPERATIONS } from '../src/imaging/operations/operations.ts';

/** The operations and their parameters as a table in Markdown, as the README has it. */
export function operationTable(): string {
  const head = ['operation', 'parameters'];
  const body = OPERATIONS.map(({ type, parameters }) => {
    const phrases = Object.entries<Parameter>(parameters).map(([name, parameter]) => phraseOf(name, parameter));
    return [`\`${type}\``, listed(phrases)];
  });
  const width = (column: number) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(width(column))).join(' | ')} |`;
  const rule = [0, 1].map((column) => '-'.repeat(width(column)));
  return [head, rule, ...body].map(line).join('\n');
}

function phraseOf(name: string, parameter: Parameter): string {
  const absence = absenceOf(parameter);
  if (parameter.kind !== 'choice') {
    const byDefault = parameter.default === undefined ? absence : ` (default ${parameter.default})`;
    return `\`${name}\`${byDefault}`;
  }
  const values = parameter.values.map((value) => `\`${value}\`${value === parameter.default ? ' (default)' : ''}`);
  const others = otherSpellings(parameter);
  return `\`${name}\`${absence}: ${values.join(', ')}${others ? ` (${others})` : ''}`;
}

function absenceOf(parameter: Parameter): string {
  const { unless, onlyWith } = parameter;
  if (isRequired(parameter) || parameter.default !== undefined) return '';
  if (unless !== undefined) return ` (unless \`${unless}\` is given)`;
  return onlyWith ? ` (optional, with \`${onlyWith.parameter}\` \`${onlyWith.value}\`)` : ' (optional)';
}

/** Plain names with commas between them; what has a list of its own stands apart from both neighbours. */
function listed(phrases: readonly string[]): string {
  const separator = (index: number) => {
    if (index === 0) return '';
    const [before, phrase] = [phrases[index - 1], phrases[index]];
    return before?.includes(': ') || phrase?.includes(': ') ? '; ' : ', ';
  };
  return phrases.map((phrase, index) => `${separator(index)}${phrase}`).join('');
}
