import { create } from 'content-disposition';

/**
 * `Content-Disposition` of a file that is to be saved under this name (RFC 6266). The library quotes a name only where it
 * must; it is quoted always here, since programs that look for it by hand look for quotes.
 */
export function attachment(fileName: string): string {
  return create(fileName).replace(/^attachment; filename=([^";]+)/, 'attachment; filename="$1"');
}
