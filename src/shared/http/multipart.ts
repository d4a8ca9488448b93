import type { IncomingHttpHeaders } from 'node:http';

/** A body that is no multipart one, or not a whole one; the message says what is wrong. */
export class MalformedMultipart extends Error {}

/** One part of a multipart body. */
export interface Part {
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Its content, as it comes; what is not read is passed over when the next part is asked for. */
  readonly content: AsyncGenerator<Buffer>;
}

const LINE = Buffer.from('\r\n');
const CARRIAGE_RETURN = 13;
const HEADERS_END = Buffer.from('\r\n\r\n');
/** What follows a delimiter: the next part, or the end of all. */
const [NEXT, END] = ['\r\n', '--'];
const MOST_HEADER_BYTES = 16 * 1024;
/**
 * Longest boundary, in characters (RFC 2046, 5.1.1). Of what is searched for, Node.js prepares the last 250 bytes alone: for
 * a longer text a body can be made on which the search takes as many times its length.
 */
const MOST_BOUNDARY_CHARACTERS = 70;
/** Most blanks that may stand between a delimiter and the end of its line. */
const MOST_PADDING_BYTES = 1024;
const BLANKS: ReadonlySet<number | undefined> = new Set([' ', '\t'].map((blank) => blank.charCodeAt(0)));

/**
 * The parts of a multipart body (RFC 2046, 5.1.1), one after the other, while it streams: nothing of a content is kept or
 * copied. Our own, since the known parsers search with JavaScript and wrap each part in streams, which cost an upload of
 * 3 MB a third of its CPU (bench/README.md), and since they keep a file without a name in memory; the one that is as fast,
 * multipasta 0.2, loses names with letters beyond Latin-1.
 * @throws MalformedMultipart, and what the body throws
 */
export async function* partsOf(body: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<Part> {
  const bytes = new DelimitedBytes(body, boundary);
  try {
    await bytes.passContent();
    while (bytes.isBefore(NEXT)) {
      yield { headers: headersOf(await bytes.header()), content: bytes.content() };
      await bytes.passContent();
    }
    await bytes.passRest();
  } finally {
    bytes.leave();
  }
}

/** What a body's type says that its parts are delimited by. @throws MalformedMultipart */
export function boundaryOf(headers: IncomingHttpHeaders): string {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^;\s"]+))/i.exec(headers['content-type'] ?? '') ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw new MalformedMultipart('its type names no boundary');
  if (boundary.length > MOST_BOUNDARY_CHARACTERS)
    throw new MalformedMultipart(`its boundary has more than ${MOST_BOUNDARY_CHARACTERS} characters`);
  return boundary;
}

/** The bytes of a body, cut at its delimiters. */
class DelimitedBytes {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly delimiter: Buffer;
  /** What has come and is not given out. The first delimiter may stand at the very beginning: as if after a line. */
  private held: Buffer = LINE;
  private inContent = true;

  constructor(body: AsyncIterable<Buffer>, boundary: string) {
    this.chunks = body[Symbol.asyncIterator]();
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** What comes before the next delimiter. */
  async *content(): AsyncGenerator<Buffer> {
    while (this.inContent) {
      const { at, end } = this.nextDelimiter();
      if (at > 0) yield this.take(at);
      else if (end === undefined) await this.more();
      else {
        this.take(end);
        this.inContent = false;
      }
    }
  }

  async passContent(): Promise<void> {
    for await (const _bytes of this.content());
  }

  async passRest(): Promise<void> {
    while (!(await this.chunks.next()).done);
  }

  /** Whether a delimiter was followed by this. */
  isBefore(text: string): boolean {
    return this.held.toString('latin1', 0, text.length) === text;
  }

  /** The lines between a delimiter and the content that begins. */
  async header(): Promise<string> {
    let end = this.held.indexOf(HEADERS_END);
    for (; end === -1 && this.held.length <= MOST_HEADER_BYTES; end = this.held.indexOf(HEADERS_END)) await this.more();
    if (end === -1 || end > MOST_HEADER_BYTES) throw new MalformedMultipart('a part has too long a header');
    this.inContent = true;
    return this.take(end + HEADERS_END.length).toString('utf8', LINE.length, end);
  }

  /** Of a body that is left before its end, no more is asked for. Waits for nothing: what is asked for may never come. */
  leave(): void {
    this.chunks.return?.().catch(() => undefined);
  }

  /**
   * Where the first delimiter begins in what is held, and where it ends; without an end it may be one that is cut, or none
   * may be there. All that only begins like one is passed over at once: a body can be full of it.
   */
  private nextDelimiter(): { at: number; end?: number } {
    for (let at = this.held.indexOf(this.delimiter); at !== -1; at = this.held.indexOf(this.delimiter, at + 1)) {
      const end = this.delimiterEnd(at);
      if (end !== 'none') return end === 'cut' ? { at } : { at, end };
    }
    return { at: delimiterBegins(this.held, this.delimiter) };
  }

  /** Where the delimiter ends that may stand here, with the blanks that a relay put behind it. */
  private delimiterEnd(at: number): number | 'cut' | 'none' {
    const start = at + this.delimiter.length;
    let end = start;
    while (end < start + MOST_PADDING_BYTES && BLANKS.has(this.held[end])) end += 1;
    const following = this.held.toString('latin1', end, end + NEXT.length);
    if (following.length < NEXT.length) return 'cut';
    return following === NEXT || (following === END && end === start) ? end : 'none';
  }

  private take(bytes: number): Buffer {
    const taken = this.held.subarray(0, bytes);
    this.held = this.held.subarray(bytes);
    return taken;
  }

  private async more(): Promise<void> {
    const { done, value } = await this.chunks.next();
    if (done) throw new MalformedMultipart('it ends before its last delimiter');
    this.held = this.held.length === 0 ? value : Buffer.concat([this.held, value]);
  }
}

/** Where a delimiter begins that the end of these bytes may have cut; their length if nowhere. */
function delimiterBegins(bytes: Buffer, delimiter: Buffer): number {
  const { length } = bytes;
  let at = bytes.indexOf(CARRIAGE_RETURN, Math.max(0, length - delimiter.length + 1));
  for (; at !== -1; at = bytes.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (bytes.compare(delimiter, 0, length - at, at) === 0) return at;
  }
  return length;
}

function headersOf(header: string): Map<string, string> {
  const headers = new Map<string, string>();
  // A line that begins with a blank goes on with the one before.
  const lines = header.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  for (const line of lines.filter(Boolean)) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new MalformedMultipart('a line of the header of a part has no name');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}
