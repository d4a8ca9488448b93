import { Transform, type TransformCallback } from 'node:stream';

/** Passes bytes on, the last of them only when something is done: whoever has them all then finds it done. */
export class LastBytesHeld extends Transform {
  private held: Buffer | undefined;

  /** `first` must not reject: the bytes have been promised. */
  constructor(private readonly first: () => Promise<void>) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, next: TransformCallback): void {
    const before = this.held;
    this.held = chunk;
    next(null, before);
  }

  override _flush(done: TransformCallback): void {
    this.first().then(() => done(null, this.held), done);
  }
}
