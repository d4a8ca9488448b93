/** The ways to write a moment that a receiver may use (RFC 9110, 5.6.7): the present one, and two from long ago. */
const DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]+, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

/** What a `Retry-After` asks for: seconds from now on, or a moment; undefined when it says neither. */
export function retryAfterOf(header: string | undefined): number | Date | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!DATES.some((written) => written.test(text))) return undefined;
  // One of them names no zone: all are in UTC.
  const moment = new Date(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
