/** How a refusal names what people send most, by media type. */
const KINDS: Readonly<Record<string, string>> = {
  'image/heic': 'a HEIC picture, as iPhones make them',
  'image/heic-sequence': 'a HEIC picture, as iPhones make them',
  'image/heif': 'a HEIF picture',
  'image/heif-sequence': 'a HEIF picture',
  'image/avif': 'an AVIF picture',
  'image/gif': 'a GIF picture',
  'image/tiff': 'a TIFF picture',
  'image/svg+xml': 'an SVG drawing',
  'image/bmp': 'a BMP picture',
  'image/jxl': 'a JPEG XL picture',
  'application/pdf': 'a PDF document',
};

/** The library follows a TIFF's pointer, which leads beyond a beginning. */
const TIFF_SIGNATURES = ['II*\0', 'MM\0*'];
/** Text is none of the library's business. */
const SVG = /^\uFEFF?(?:\s|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->|<!DOCTYPE\s+svg\b[^>]*>)*<svg[\s>]/i;

/** What a file of no format of ours is by its first bytes, of which some thousand suffice: *received …*. */
export async function pictureKindOf(head: Uint8Array): Promise<string> {
  const text = Buffer.from(head).toString();
  if (SVG.test(text)) return KINDS['image/svg+xml'] as string;
  // Loaded for the first such file: the start shall not wait for what most services seldom need.
  const { fileTypeFromBuffer } = await import('file-type');
  // What a beginning announces may be missing or absurd, at which some of its parsers throw.
  const type = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
  if (type) return KINDS[type] ?? `a file of type ${type}`;
  return TIFF_SIGNATURES.includes(text.slice(0, 4)) ? (KINDS['image/tiff'] as string) : 'other bytes';
}
