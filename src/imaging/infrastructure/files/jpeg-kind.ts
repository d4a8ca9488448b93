import type { JpegFrame } from './jpeg-segments.ts';

/** Processes that decoders leave out, by the marker of their frame (ITU-T T.81, table B.1). */
const UNSUPPORTED_PROCESSES: Readonly<Record<number, string>> = {
  195: 'a lossless one',
  197: 'a hierarchical one',
  198: 'a hierarchical one',
  199: 'a hierarchical one',
  203: 'a lossless one',
  205: 'a hierarchical one',
  206: 'a hierarchical one',
  207: 'a hierarchical one',
};
const BITS = 8;

/** Why no decoder here reads a JPEG with this frame, e.g. `a lossless one`; null where one does. Arithmetic coding is read. */
export function unsupportedJpegKind({ marker, bits, height }: JpegFrame): string | null {
  const process = UNSUPPORTED_PROCESSES[marker];
  if (process) return process;
  if (bits !== BITS) return `one of ${bits} bits a channel`;
  return height === 0 ? 'one without a height in its header' : null;
}
