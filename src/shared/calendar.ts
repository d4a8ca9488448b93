/** Whether a text is a day that there is, as `2026-01-31`; `Date` takes the 30th of February for the 2nd of March. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

/** The UTC day of a moment, as `2026-01-31`. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** So many days later, or earlier. */
export function daysAfter(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * 86_400_000));
}

/** The calendar month of a moment in UTC, as `2026-01`. */
export function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}

/** When the month after that of this moment begins, in UTC. */
export function nextMonth(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 1));
}
