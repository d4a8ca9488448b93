import type { ImageFacts } from '../../imaging/domain/image-facts.ts';
import type { SourceFormat } from '../../imaging/domain/image-format.ts';
import type { Warning } from '../../imaging/domain/warning.ts';
import type { ApplicationError } from '../../shared/application-error.ts';
import type { Wanted } from '../domain/wanted.ts';

/** An upload whose bytes lie in a spool file, with what is wanted of it, whose operations are checked one by one. */
export interface Upload {
  readonly path: string;
  readonly format: SourceFormat;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** What its header says, read since it came in; rejects with unreadable_image or unsupported_jpeg. */
  readonly facts: Promise<ImageFacts>;
  /** File name that the client gave. */
  readonly name: string;
  readonly wanted: Wanted;
  /** What its caller should know of the form that it came in. */
  readonly warnings: readonly Warning[];
  /** Id of the request that brings it, for the log of the work. */
  readonly requestId?: string;
  /** Scheme, host and path that the URLs in answers to that request start with. */
  readonly baseUrl?: string;
  /** Where the job's events are sent as well. */
  readonly webhookUrl?: string;
  /** Why no job can be made of it, if what it names (its preset, say) does not do, or does not any more. */
  readonly objection?: ApplicationError;
}
