/** Longest name, in bytes of UTF-8: file systems hold 255, and people add words of their own. */
const MOST_BYTES = 200;
/** Devices of Windows, which hides behind each of these names whatever extension follows. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;
/** What no file name of Windows may hold; a slash and a backslash are in it. */
const FORBIDDEN = /[<>:"/\\|?*]/g;
/** What nobody sees, and what turns a line around. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What a file in an archive is called after. */
export interface NamedFile {
  /** File name that its client gave; it may be anything. */
  readonly original: string;
  /** Name of the output, where there are several. */
  readonly output?: string;
  readonly extension: string;
}

/**
 * Names of the files of one archive, `<original>[-<output>].<extension>`: safe on every system, none leads out of the
 * folder that it is unpacked in, and no two are alike where letters are taken without regard to case.
 */
export class ArchiveNames {
  private readonly taken = new Set<string>();

  /** A name that no file has got yet. */
  add({ original, output, extension }: NamedFile): string {
    const ending = output === undefined ? '' : `-${output}`;
    const stem = safeStem(stemOf(original));
    for (let copy = 1; ; copy += 1) {
      const tail = `${ending}${copy === 1 ? '' : ` (${copy})`}.${extension}`;
      const name = `${shortened(stem, MOST_BYTES - Buffer.byteLength(tail))}${tail}`;
      const folded = name.toUpperCase().normalize('NFC');
      if (this.taken.has(folded)) continue;
      this.taken.add(folded);
      return name;
    }
  }
}

/** A file name without its extension; `image` where nothing else is left. */
export function stemOf(name: string): string {
  const stem = name.replace(/\.[^.]*$/, '').trim();
  return stem === '' ? 'image' : stem;
}

function safeStem(stem: string): string {
  const clean = trimmed(stem.toWellFormed().normalize('NFC').replaceAll(HIDDEN, '').replaceAll(FORBIDDEN, '_'));
  if (clean === '') return 'image';
  return DEVICE.test(clean.split('.')[0]?.trim() ?? '') ? `_${clean}` : clean;
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
