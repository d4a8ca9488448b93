import { stemOf } from './archive-names.ts';
import { DEFAULT_OUTPUT, type ImageResult } from './output.ts';

/** The name of a result's file: the original's, then the output's where it has one of its own, and the result's extension. */
export function fileNameOf(original: string, result: Pick<ImageResult, 'format'>, output = DEFAULT_OUTPUT): string {
  return `${stemOf(original)}${output === DEFAULT_OUTPUT ? '' : `-${output}`}.${result.format}`;
}
