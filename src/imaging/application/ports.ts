import type { ApplicationError } from '../../shared/application-error.ts';
import type { ImageFacts, Size } from '../domain/image-facts.ts';
import type { ImageFormat, SourceFormat } from '../domain/image-format.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Warning } from '../domain/warning.ts';
import type { Operation } from '../operations/operations.ts';

/** Reads the header of an image, without decoding its pixels. */
export abstract class ImageHeaderReader {
  /**
   * Facts of the file at `path`, which begins like a `format`: size after EXIF orientation, and frames. `name` is what its
   * sender knows it by, for a refusal.
   * @throws unreadable_image, unsupported_jpeg
   */
  abstract read(path: string, format: SourceFormat, name: string): Promise<ImageFacts>;
}

/** One picture that is to be made. */
export interface WantedPicture {
  /** Path that it is written to; nobody else writes there. */
  readonly target: string;
  readonly operations: readonly Operation[];
  /** What must come out. */
  readonly outcome: Outcome;
}

/** One piece of pixel work: a file in, one file or more out. */
export interface TransformationRequest {
  /** Path of the original. */
  readonly source: string;
  /** Of the original's bytes, in hex: others are not worked on; null asks for none. */
  readonly sha256: string | null;
  readonly facts: ImageFacts;
  readonly pictures: readonly WantedPicture[];
  /** Time the work may take. */
  readonly deadlineSeconds: number;
}

/** A picture that came out. */
export interface TransformedImage extends Size {
  readonly format: ImageFormat;
  /** That it was encoded at; null where nothing was lost. */
  readonly quality: number | null;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** Time that its pixels took; what several share counts for the first of them. */
  readonly processingMs: number;
  /** What the pixels told, beyond what the header foretold. */
  readonly warnings: readonly Warning[];
}

/** What became of a wanted picture; of one that failed the file at its target is worthless. */
export type Transformed = { readonly image: TransformedImage } | { readonly failure: ApplicationError };

/** Turns operations into pixels. Nothing it is given may end the process that calls it. */
export abstract class ImageTransformer {
  /** Resolves once work can be taken; rejects with the reason when none can. */
  abstract start(): Promise<void>;
  /** Ends at once; jobs in hand are interrupted. */
  abstract stop(): Promise<void>;
  /**
   * One answer for each picture, in their order; its failure is one of the `workProblems`, as when the result has
   * another size than was foretold. Where the work ends at a picture (deadline, memory, crash), those before it are made.
   * @throws one of the `workProblems` when the source is at fault, or no work could be done: then no picture is made.
   * `WorkInterrupted` when the transformer is stopped. Once `unwanted` is aborted, its reason: then the work has ended, whatever it was at.
   */
  abstract transform(request: TransformationRequest, unwanted?: AbortSignal): Promise<readonly Transformed[]>;
}
