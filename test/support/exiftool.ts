import { execFileSync } from 'node:child_process';
import { findProgram } from './servers/program.ts';

/** What exiftool itself says of a file, of its place on the disk, and of the numbers in the headers of its pictures. */
const OF_THE_PICTURE =
  /^(SourceFile|ExifTool:ExifToolVersion|System:.*|Composite:.*|File:(FileType|FileTypeExtension|MIMEType|ImageWidth|ImageHeight|EncodingProcess|BitsPerSample|ColorComponents|YCbCrSubSampling)|PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace|Palette|Transparency)|RIFF:(WebP_Flags|ImageWidth|ImageHeight|AlphaPreprocessing|AlphaFiltering|AlphaCompression|VP8Version|HorizontalScale|VerticalScale|AlphaIsUsed|BackgroundColor|AnimationLoopCount|FrameCount|Duration))$/;

/** All that exiftool finds in a file beside the picture: metadata, comments, trailing bytes, and what it warns of. */
export function besideThePicture(path: string): Record<string, unknown> {
  const exiftool = findProgram('exiftool', 'libimage-exiftool-perl');
  const [told] = JSON.parse(execFileSync(exiftool, ['-json', '-a', '-u', '-G1', path], { encoding: 'utf8' }));
  return Object.fromEntries(Object.entries(told).filter(([name]) => !OF_THE_PICTURE.test(name)));
}
