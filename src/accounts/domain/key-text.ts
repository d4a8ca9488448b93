import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Every key begins so: programs and secret scanners tell it from a token. */
export const KEY_START = 'ipk_';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX_LENGTH = 8;
const SECRET_BYTES = 32;
/** `ipk_`, the prefix, 43 characters of base64url that are the secret, and 6 of its checksum. */
const FORM = new RegExp(`^(${KEY_START}([A-Za-z0-9]{8})_[A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$`);

/** A new key: its text, which is told once, and what is kept of it. */
export function newKeyText(): { text: string; prefix: string; digest: string } {
  const prefix = Array.from({ length: PREFIX_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  const body = `${KEY_START}${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const text = body + checksum(body);
  return { text, prefix, digest: keyDigest(text) };
}

/** The prefix of a key's text by which it is found; null if it is cut, mistyped or made up. */
export function keyPrefix(text: string): string | null {
  const [, body = '', prefix = '', sum] = FORM.exec(text) ?? [];
  return sum === checksum(body) ? prefix : null;
}

/** SHA-256 of a key's text, in hex. The secret has 256 random bits, so a slow hash would add nothing. */
export function keyDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether this is the text that a digest was made of, compared in a time that tells nothing. */
export function isKeyOf(text: string, digest: string): boolean {
  return timingSafeEqual(Buffer.from(keyDigest(text)), Buffer.from(digest));
}

/** CRC-32 of a text, its four bytes in base64url. */
function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64url');
}
