import type { ImageJob } from './image-job.ts';
import { DEFAULT_OUTPUT, type MadeOutput } from './output.ts';

/** Longest name, in bytes of UTF-8: file systems hold 255, and people add words of their own. */
const MOST_BYTES = 200;
/** Devices of Windows, which hides behind each of these names whatever extension follows. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;
/** What no file name of Windows may hold; a slash and a backslash are in it. */
const FORBIDDEN = /[<>:"/\\|?*]/g;
/** What nobody sees, and what turns a line around. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What a file that is handed out is called after. */
export interface NamedFile {
  /** File name that its client gave; it may be anything. */
  readonly original: string;
  /** Name of the output, where there are several. */
  readonly output?: string;
  readonly extension: string;
}

/**
 * `<original>[-<output>].<extension>`, safe on every system: it leads out of no folder, is hidden nowhere and no device, and
 * has at most 200 bytes. `copy` tells it from others of its name: the second one is `… (2).<extension>`.
 */
export function safeFileName({ original, output, extension }: NamedFile, copy = 1): string {
  const ending = output === undefined ? '' : `-${output}`;
  const tail = `${ending}${copy === 1 ? '' : ` (${copy})`}.${extension}`;
  return `${safeStem(stemOf(original), MOST_BYTES - Buffer.byteLength(tail))}${tail}`;
}

/** What the file of an output is called after: of a job with `operations` alone it is the original and nothing else. */
export function namedAfter({ name, outputs }: Pick<ImageJob, 'name' | 'outputs'>, output: MadeOutput): NamedFile {
  const top = namedAfterJob(name, output);
  const isUnnamed = outputs.length === 1 && output.name === DEFAULT_OUTPUT;
  return isUnnamed ? top : { ...top, output: output.name };
}

/** What the file of the output that stands for its whole job is called after. */
export function namedAfterJob(original: string, { result }: MadeOutput): NamedFile {
  return { original, extension: result.format };
}

/** A file name without its extension. */
function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '').trim();
}

function safeStem(stem: string, bytes: number): string {
  const clean = shortened(
    trimmed(stem.toWellFormed().normalize('NFC').replaceAll(HIDDEN, '').replaceAll(FORBIDDEN, '_')),
    bytes,
  );
  if (clean === '') return 'image';
  return DEVICE.test(clean.split('.')[0]?.trim() ?? '') ? shortened(`_${clean}`, bytes) : clean;
}

/** A dot in front hides a file, and Windows drops dots and spaces at the end. */
function trimmed(text: string): string {
  return text.replace(/^[.\s]+|[.\s]+$/g, '');
}

/** At most so many bytes of a text, with no character cut in two. */
function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(short + segment) > bytes) break;
    short += segment;
  }
  return trimmed(short);
}
