import type { ImageFormat } from '../../imaging/domain/image-format.ts';
import type { Warning } from '../../imaging/domain/warning.ts';
import type { Operation } from '../../imaging/operations/operations.ts';

/** The name of the one output of a request that has `operations` alone. */
export const DEFAULT_OUTPUT = 'default';

/** Most outputs of one picture. */
export const MOST_OUTPUTS = 10;
/** What an output, or a preset, may be called. */
export const NAME_PATTERN = '^[a-z0-9_-]{1,32}$';
export const NAME_WORDS = '1 to 32 characters of a-z, 0-9, - and _';

const NAME = new RegExp(NAME_PATTERN);

/** Whether a value may be the name of an output or a preset. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** One result that is asked for. */
export interface WantedOutput {
  /** Of all outputs of its job it alone has this name. */
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** Why a job, or one output of it, failed: a stable code and a sentence. */
export interface JobError {
  readonly code: string;
  readonly detail: string;
}

/** What has been made. */
export interface ImageResult {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** That it was encoded at; null where nothing was lost, missing from results of earlier versions of the service. */
  readonly quality?: number | null;
  readonly bytes: number;
  /** Of the file, in hex. */
  readonly sha256: string;
  /** Time that the pixel work took. */
  readonly processingMs: number;
}

/** One output of a job, and what has become of it: neither result nor error before its job is final. */
export interface Output extends WantedOutput {
  readonly result: ImageResult | null;
  /** What its caller should know of it; its pixels may tell more than was known at the upload. */
  readonly warnings: readonly Warning[];
  readonly error: JobError | null;
}

/** An output that has succeeded. */
export type MadeOutput = Output & { readonly result: ImageResult };

export function isMade(output: Output): output is MadeOutput {
  return output.result !== null;
}
