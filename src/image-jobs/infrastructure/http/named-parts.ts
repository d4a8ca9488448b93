import { Transform, type TransformCallback } from 'node:stream';

const LINE = '\r\n';
/** A part whose headers are longer is passed on as it is, for the parser to refuse. */
const MOST_HEADER_BYTES = 16 * 1024;

/** The name of a file that came without one; no client gives a file this name. */
export const NO_NAME = '?';

/**
 * Gives a file name to the file parts of a multipart body that have none: the parser takes a part for a file only if it
 * is named, and keeps any other in memory. Files are the parts of `fileField`, and all of type application/octet-stream.
 */
export class NamedParts extends Transform {
  private readonly isFileField: RegExp;
  private delimiter: Buffer;
  /** What may be the beginning of a delimiter, or of a part's headers. */
  private held: Buffer = Buffer.alloc(0);
  private inHeaders = false;

  constructor(
    private readonly boundary: string,
    fileField: string,
  ) {
    super();
    this.isFileField = new RegExp(`;\\s*name="?${fileField}"?\\s*(?:;|$)`, 'i');
    // The first one may stand at the very beginning.
    this.delimiter = Buffer.from(`--${boundary}`);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    while (this.inHeaders ? this.passHeaders() : this.passContent());
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.held);
  }

  /** Passes on what stands before the next part; false when that has not come yet. */
  private passContent(): boolean {
    const at = this.held.indexOf(this.delimiter);
    if (at === -1) {
      this.pass(Math.max(0, this.held.length - this.delimiter.length + 1));
      return false;
    }
    this.pass(at + this.delimiter.length);
    this.delimiter = Buffer.from(`${LINE}--${this.boundary}`);
    this.inHeaders = true;
    return true;
  }

  private passHeaders(): boolean {
    const end = this.held.indexOf(LINE + LINE);
    if (end === -1 && this.held.length <= MOST_HEADER_BYTES) return false;
    if (end !== -1) {
      this.push(Buffer.from(this.named(this.held.toString('latin1', 0, end)), 'latin1'));
      this.held = this.held.subarray(end);
    }
    this.inHeaders = false;
    return true;
  }

  private named(headers: string): string {
    const isOctetStream = /^content-type:\s*application\/octet-stream\b/im.test(headers);
    return headers.replace(/^content-disposition:.*$/im, (line) => {
      const unnamed = line.replace(/;\s*filename\s*=\s*(?:""|(?=;|$))/i, '');
      const isFile = isOctetStream || this.isFileField.test(unnamed);
      return /;\s*filename\*?\s*=/i.test(unnamed) || !isFile ? line : `${unnamed}; filename="${NO_NAME}"`;
    });
  }

  private pass(bytes: number): void {
    if (bytes > 0) this.push(this.held.subarray(0, bytes));
    this.held = this.held.subarray(bytes);
  }
}
