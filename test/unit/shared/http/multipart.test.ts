import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formPartOf } from '../../../../src/shared/http/form-part.ts';
import { boundaryOf, MalformedMultipart, partsOf } from '../../../../src/shared/http/multipart.ts';

const BOUNDARY = 'a-boundary';

/** A body in pieces of so many bytes. */
async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

function bodyOf(contents: readonly Buffer[]): Buffer {
  const parts = contents.flatMap((content, index) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${index}"\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

async function read(body: Buffer, size = body.length): Promise<[string | undefined, Buffer][]> {
  const read: [string | undefined, Buffer][] = [];
  for await (const { headers, content } of partsOf(inPieces(body, size), BOUNDARY)) {
    read.push([headers.get('content-disposition'), await buffer(content)]);
  }
  return read;
}

describe('the parts of a body', () => {
  /** Bytes of which many are delimiters, or begin like them. */
  const lookalikes = fc
    .array(fc.constantFrom('\r', '\n', '-', '\r\n', `\r\n--${BOUNDARY}`.slice(0, -1), `--${BOUNDARY}`, 'a', '\0', 'ÿ'))
    .map((pieces) => Buffer.from(pieces.join(''), 'latin1'))
    // What is a delimiter is none of a content.
    .filter((content) => !Buffer.concat([Buffer.from('\r\n'), content]).includes(`\r\n--${BOUNDARY}`));

  test('come as they were sent, wherever the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lookalikes, { maxLength: 4 }), fc.integer({ min: 1, max: 60 }), async (sent, size) => {
        const received = await read(bodyOf(sent), size);
        expect(received).toEqual(sent.map((content, index) => [`form-data; name="${index}"`, content]));
      }),
      { numRuns: 300 },
    );
  });

  test('are cut at nothing that only begins like a delimiter', async () => {
    const content = Buffer.from(`1\r\n--${BOUNDARY}x\r\n--${BOUNDARY}-\r\n--${BOUNDARY}\r3`);
    for (const size of [1, 3, 1000])
      expect(await read(bodyOf([content]), size)).toEqual([[expect.anything(), content]]);
  });

  test('come in one piece, however much of them begins like a delimiter', async () => {
    for (const lookalike of [`\r\n--${BOUNDARY}x`, `\r\n--${BOUNDARY}${' '.repeat(1024)}x`]) {
      const content = Buffer.from(lookalike.repeat(1000));
      const pieces: Buffer[] = [];
      for await (const part of partsOf(inPieces(bodyOf([content]), 10_000_000), BOUNDARY)) {
        for await (const piece of part.content) pieces.push(piece);
      }
      expect(pieces).toEqual([content]);
    }
  });

  test('may stand behind blanks that follow a delimiter on its line', async () => {
    const padded = (blanks: string) =>
      Buffer.from(
        bodyOf([Buffer.from('1'), Buffer.from('2')])
          .toString()
          .replaceAll(`${BOUNDARY}\r\n`, `${BOUNDARY}${blanks}\r\n`),
      );
    const parts = ['1', '2'].map((content) => [expect.anything(), Buffer.from(content)]);
    for (const blanks of [' ', '\t', ' \t ', ' '.repeat(1024)])
      for (const size of [1, 7, 5000]) expect(await read(padded(blanks), size)).toEqual(parts);
    // More of them than a line may have, and what no delimiter has behind blanks.
    expect(await read(padded(' '.repeat(1025)))).toEqual([]);
    expect(await read(padded(' --'))).toEqual([]);
  });

  test('begin after what comes before the first delimiter, and end at the last one', async () => {
    const body = Buffer.concat([Buffer.from('before\r\n'), bodyOf([Buffer.from('1')]), Buffer.from('after')]);
    expect(await read(body, 7)).toEqual([[expect.anything(), Buffer.from('1')]]);
  });

  test('are passed over where nobody reads them, to the end of the body', async () => {
    let given = 0;
    const pieces = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of inPieces(bodyOf([Buffer.alloc(1000), Buffer.alloc(1000)]), 100)) {
        given += piece.length;
        yield piece;
      }
    };
    const names: (string | undefined)[] = [];
    for await (const { headers, content } of partsOf(pieces(), BOUNDARY)) {
      names.push(headers.get('content-disposition'));
      await content.next();
    }
    expect([names.length, given]).toEqual([2, bodyOf([Buffer.alloc(1000), Buffer.alloc(1000)]).length]);
  });

  test('are not those of a body that breaks off, at whatever byte', async () => {
    const whole = bodyOf([Buffer.from('one'), Buffer.from('two')]);
    // The line after the last delimiter may be missing.
    for (let length = 0; length < whole.length - 2; length += 1) {
      await expect(read(whole.subarray(0, length), 5)).rejects.toThrow(MalformedMultipart);
    }
    expect(await read(whole.subarray(0, whole.length - 2))).toHaveLength(2);
  });

  test('have headers that can be read, of at most 16 KiB', async () => {
    const withHeader = (header: string) => Buffer.from(`--${BOUNDARY}\r\n${header}\r\n\r\n1\r\n--${BOUNDARY}--`);
    const long = (bytes: number) => `X: ${'x'.repeat(bytes)}`;
    await expect(read(withHeader(long(16 * 1024)))).rejects.toThrow(MalformedMultipart);
    await expect(read(withHeader(long(1_000_000)), 1000)).rejects.toThrow(MalformedMultipart);
    await expect(read(withHeader('no colon'))).rejects.toThrow(MalformedMultipart);
    expect(await read(withHeader(long(15_000)), 1000)).toHaveLength(1);
    expect(await read(withHeader('CONTENT-disposition:form-data;\r\n  name=a'))).toEqual([
      ['form-data; name=a', Buffer.from('1')],
    ]);
  });

  test('are asked for no longer once nobody wants more', async () => {
    let left = false;
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        yield bodyOf([Buffer.alloc(100)]).subarray(0, -100);
        for (;;) yield Buffer.alloc(1000);
      } finally {
        left = true;
      }
    };
    for await (const _part of partsOf(endless(), BOUNDARY)) break;
    expect(left).toBe(true);
  });
});

describe('the boundary of a body', () => {
  const typed = (boundary: string) => ({ 'content-type': `multipart/form-data; boundary=${boundary}` });

  test.each(['a', 'a'.repeat(70), `"${'a b'.padEnd(70, '-')}"`])('is what its type says: %s', (boundary) => {
    expect(boundaryOf(typed(boundary))).toBe(boundary.replaceAll('"', ''));
  });

  // The longer it is, the longer a search for it can be made to take.
  test.each(['a'.repeat(71), `"${'a'.repeat(71)}"`, 'a'.repeat(10_000), ''])('is not %s', (boundary) => {
    expect(() => boundaryOf(typed(boundary))).toThrow(MalformedMultipart);
  });
});

describe('a part of a form', () => {
  const partOf = (disposition: string, type?: string) =>
    formPartOf(new Map([['content-disposition', disposition], ...(type ? [['content-type', type] as const] : [])]));

  test.each([
    ['form-data; name="a"', 'a', undefined],
    ['form-data; name=a', 'a', undefined],
    ['FORM-DATA ; NAME = "a" ; filename = "b.jpg"', 'a', 'b.jpg'],
    ['form-data; filename="b; name=c.jpg"; name="a"', 'a', 'b; name=c.jpg'],
    ['form-data; name="a"; filename=""', 'a', undefined],
    ['form-data; name="a"; filename="say \\"cheese\\".jpg"', 'a', 'say "cheese".jpg'],
    ['form-data; name="a"; filename="say %22cheese%22 50%.jpg"', 'a', 'say "cheese" 50%.jpg'],
    ['form-data; name="a%0D%0Ab"', 'a\r\nb', undefined],
    ['form-data; name="a"; filename="C:\\photos\\cat.png"', 'a', 'C:\\photos\\cat.png'],
    ['form-data; name="a"; filename="C:\\\\photos"', 'a', 'C:\\photos'],
    ['form-data; name="ñ"; filename="🌞.jpg"', 'ñ', '🌞.jpg'],
    ["form-data; name=a; filename=x; filename*=UTF-8''na%C3%AFve%20%F0%9F%8C%9E.jpg", 'a', 'naïve 🌞.jpg'],
    ["form-data; name=a; filename=x; filename*=UTF-8''%FF", 'a', 'x'],
    ["form-data; name=a; filename=x; filename*=ISO-8859-1''%E9", 'a', 'x'],
    ['form-data; name="a"; name="b"', 'a', undefined],
  ])('%s', (disposition, field, fileName) => {
    expect(partOf(disposition)).toEqual({ field, fileName, type: '' });
  });

  test('has a type without its parameters', () => {
    expect(partOf('form-data; name=a', 'Text/Plain; charset=utf-8').type).toBe('text/plain');
  });

  test.each(['', 'attachment; name=a', 'form-data', 'form-data; name=""', `form-data; name="${'a'.repeat(129)}"`])(
    'is not %j',
    (disposition) => {
      expect(() => partOf(disposition)).toThrow(MalformedMultipart);
    },
  );
});
