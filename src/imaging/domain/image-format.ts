/** The formats that the service reads and writes, in the API's words. */
export const IMAGE_FORMATS = ['jpg', 'png', 'webp'] as const;

export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** Media type of a format, as the download bears it. */
export const MEDIA_TYPES: Readonly<Record<ImageFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** How many of a file's first bytes `imageFormatOf` looks at. */
export const SIGNATURE_BYTES = 12;

/** The format that a file's first bytes show, whatever its name claims; null if it is none of ours. */
export function imageFormatOf(head: Uint8Array): ImageFormat | null {
  const at = (offset: number, ...bytes: number[]) => bytes.every((byte, i) => head[offset + i] === byte);
  if (at(0, 0xff, 0xd8, 0xff)) return 'jpg';
  if (at(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (at(0, 0x52, 0x49, 0x46, 0x46) && at(8, 0x57, 0x45, 0x42, 0x50)) return 'webp';
  return null;
}
