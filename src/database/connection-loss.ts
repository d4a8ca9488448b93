import { ConnectionException, type DriverException } from '@mikro-orm/core';

/** What Node.js says when there is no connection, or an end of one. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
/** SQLite on a full disk. */
const FULL = 'SQLITE_FULL';
/** PostgreSQL's classes 08 (connection), 53 (too few resources) and 57P (shutting down, starting up). */
const SERVER_CODES = /^(08|53|57P)/;
/** What the driver says without a code. */
const DRIVER_WORDS = /connection terminated|timeout exceeded when trying to connect|not queryable|client was closed/i;

/** Whether an error says that the database does not answer at the moment, not that it refuses what it was asked. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof ConnectionException) return true;
  if (!(error instanceof Error)) return false;
  const { code, message } = error as DriverException;
  if (code !== undefined && (NETWORK_CODES.has(code) || code === FULL || SERVER_CODES.test(code))) return true;
  return DRIVER_WORDS.test(message);
}
