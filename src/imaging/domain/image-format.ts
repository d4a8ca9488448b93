/** What the service knows of a format. How it is decoded and encoded stands in `infrastructure/`, a row a format too. */
interface FormatTraits {
  /** Media type, as the download bears it. */
  readonly mediaType: string;
  /** Whether a file that begins so is one of these; null for a format that is written and never read. */
  readonly begins: ((head: Uint8Array) => boolean) | null;
  /** Pixels may be transparent; where they may not, the picture is laid on white. */
  readonly alpha: boolean;
  /** It can hold shades of grey alone, in a third of the numbers that colours take. */
  readonly grey: boolean;
  /** It holds several frames, which go on by themselves. */
  readonly animation: boolean;
  /** Its encoder loses detail by a quality, this one unless another is asked for; null where it loses none. */
  readonly quality: number | null;
  /** Most pixels of a picture that is encoded so. */
  readonly mostPixels: number;
  /** Most pixels that are encoded several times, to find the quality that keeps to a size of the file; 0 for never. */
  readonly budgetPixels: number;
  /** Most pixels that its encoder spends the whole of the effort `small` on; more are encoded as `balanced`. */
  readonly smallPixels: number;
  /** Its decoder can skip detail that a smaller picture does not show. */
  readonly reducesOnLoad: boolean;
}

const at = (head: Uint8Array, offset: number, ...bytes: number[]) => bytes.every((b, i) => head[offset + i] === b);

const ANY = Number.POSITIVE_INFINITY;

/** The formats that the service reads and writes. Each is named by the API's word, which is its files' extension too. */
export const FORMATS = {
  jpg: {
    mediaType: 'image/jpeg',
    begins: (head) => at(head, 0, 0xff, 0xd8, 0xff),
    alpha: false,
    grey: true,
    animation: false,
    quality: 85,
    mostPixels: ANY,
    budgetPixels: ANY,
    smallPixels: ANY,
    reducesOnLoad: true,
  },
  png: {
    mediaType: 'image/png',
    begins: (head) => at(head, 0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    alpha: true,
    grey: true,
    animation: false,
    quality: null,
    mostPixels: ANY,
    budgetPixels: 0,
    smallPixels: ANY,
    reducesOnLoad: false,
  },
  webp: {
    mediaType: 'image/webp',
    begins: (head) => at(head, 0, 0x52, 0x49, 0x46, 0x46) && at(head, 8, 0x57, 0x45, 0x42, 0x50),
    alpha: true,
    grey: false,
    animation: true,
    quality: 85,
    mostPixels: ANY,
    budgetPixels: ANY,
    smallPixels: ANY,
    reducesOnLoad: true,
  },
  avif: {
    mediaType: 'image/avif',
    begins: null,
    alpha: true,
    grey: false,
    animation: false,
    quality: 70,
    mostPixels: 16_000_000,
    budgetPixels: 2_000_000,
    smallPixels: 12_000_000,
    reducesOnLoad: false,
  },
} as const satisfies Record<string, FormatTraits>;

export type ImageFormat = keyof typeof FORMATS;

export const IMAGE_FORMATS = Object.keys(FORMATS) as ImageFormat[];

/** A format that an upload may have. */
export type SourceFormat = {
  [Format in ImageFormat]: (typeof FORMATS)[Format]['begins'] extends null ? never : Format;
}[ImageFormat];

export const SOURCE_FORMATS = IMAGE_FORMATS.filter((format) => FORMATS[format].begins) as SourceFormat[];

/** How many of a file's first bytes `imageFormatOf` looks at. */
export const SIGNATURE_BYTES = 12;

/** The format that a file's first bytes show, whatever its name claims; null if it is none of ours. */
export function imageFormatOf(head: Uint8Array): SourceFormat | null {
  return SOURCE_FORMATS.find((format) => FORMATS[format].begins(head)) ?? null;
}
