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
/** SQLite on a disk that is full, read-only or broken, or while another process writes for long. */
const FILE_CODES = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|BUSY)/;
/**
 * PostgreSQL's classes 08 (connection), 53 (too few resources) and 57P (shutting down, starting up); a statement that
 * took too long (57014), or waited for a lock too long (55P03) or in a circle (40P01); a server that only reads (25006).
 */
const SERVER_CODES = /^(08|53|57P|57014|55P03|40P01|25006)/;
/** What the driver says without a code. */
const DRIVER_WORDS =
  /connection terminated|query read timeout|timeout expired|timeout exceeded when trying to connect|not queryable|client was closed/i;

/** Whether an error says that the database cannot serve at the moment, not that it refuses what it was asked. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof ConnectionException) return true;
  if (!(error instanceof Error)) return false;
  const { code, message } = error as DriverException;
  if (code !== undefined && (NETWORK_CODES.has(code) || FILE_CODES.test(code) || SERVER_CODES.test(code))) return true;
  return DRIVER_WORDS.test(message);
}
