import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { isKeyOf, keyDigest, keyPrefix, newKeyText } from '../../../../src/accounts/domain/key-text.ts';

test('a key is found by its prefix and told by its digest', () => {
  const { text, prefix, digest } = newKeyText();
  expect(text).toMatch(/^ipk_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}$/);
  expect(keyPrefix(text)).toBe(prefix);
  expect(isKeyOf(text, digest)).toBe(true);
  expect(isKeyOf(newKeyText().text, digest)).toBe(false);
});

test('no two keys are alike in any part', () => {
  const keys = Array.from({ length: 1000 }, newKeyText);
  expect(new Set(keys.map(({ prefix }) => prefix)).size).toBe(1000);
  expect(new Set(keys.map(({ text }) => text.slice(13, -6))).size).toBe(1000);
});

test('the last six characters are the CRC-32 of those before, as a secret scanner checks them', () => {
  const { text } = newKeyText();
  const sum = Buffer.from(text.slice(-6), 'base64url').readUInt32BE();
  expect(sum).toBe(crc32(text.slice(0, -6)));
});

test('a single character that is mistyped, anywhere, makes it no key', () => {
  const { text } = newKeyText();
  for (let at = 0; at < text.length; at += 1) {
    const mistyped = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    expect([at, keyPrefix(mistyped)]).toEqual([at, null]);
  }
});

test.each<[string, (text: string) => string]>([
  ['cut', (text) => text.slice(0, -1)],
  ['longer', (text) => `${text}A`],
  ['of two lines', (text) => `${text}\n`],
  ['without its start', (text) => text.slice(4)],
  ['in capitals', (text) => text.toUpperCase()],
  ['its start alone', () => 'ipk_'],
  ['nothing', () => ''],
])('what is %s is no key', (_case, change) => {
  expect(keyPrefix(change(newKeyText().text))).toBeNull();
});

test('the digest is the SHA-256 of the whole text', () => {
  expect(keyDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
