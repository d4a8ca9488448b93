import { extname, join } from 'node:path';
import type { ApplicationError } from '../../shared/application-error.ts';
import { requestProblems } from '../../shared/problems.ts';
import { ImageHeaderReader } from '../application/ports.ts';
import { pictureProblems } from '../domain/errors.ts';
import type { ImageFacts, Size } from '../domain/image-facts.ts';
import type { SourceFormat } from '../domain/image-format.ts';
import { ChildFailure } from './children/child-failure.ts';
import { type ChildLoss, ChildProcessPool } from './children/child-process-pool.ts';

/** What the child that reads headers is sent. */
export interface HeaderJob {
  readonly path: string;
  /** What the file begins like. */
  readonly format: SourceFormat;
}

/** What it answers: the upright size, and the format in sharp's words. */
export interface HeaderFacts extends Size {
  readonly format: string;
  readonly frames: number;
}

/** Why it refuses a file; of `unsupported_jpeg` the message says the kind, of `too_many_frames` how many there may be. */
export type HeaderRefusal = 'unreadable_image' | 'unsupported_jpeg' | 'too_many_frames';

/** A file as its sender knows it: what it begins like, and its name in a refusal. */
interface SentFile {
  readonly format: SourceFormat;
  readonly name: string;
}

/** What the header reader is set up with. */
export interface SharpImageHeaderReaderSettings {
  /** Told of each child that ended and was not meant to. */
  readonly onLoss: (loss: ChildLoss) => void;
  /** The file that the child runs; another one in tests. */
  readonly module?: string;
  /** Time for one header; 15 s when left out: an honest one takes milliseconds, but the machine may be busy. */
  readonly deadlineSeconds?: number;
}

const DEADLINE_SECONDS = 15;
const MEMORY_CAP = 500_000_000;
const RECYCLE_ABOVE = 200_000_000;
const RECYCLE_AFTER_JOBS = 10_000;
const START_SECONDS = 30;
const RETRY_AFTER_SECONDS = 2;
/** The file beside this one, compiled or not. */
const CHILD_MODULE = join(import.meta.dirname, `sharp-header.child${extname(import.meta.filename)}`);

/** Reads headers with sharp, in one child process of its own, so that the API's process never loads sharp. */
export class SharpImageHeaderReader extends ImageHeaderReader {
  #pool: ChildProcessPool<HeaderJob, HeaderFacts>;
  #deadlineSeconds: number;

  constructor({ onLoss, module, deadlineSeconds }: SharpImageHeaderReaderSettings) {
    super();
    this.#deadlineSeconds = deadlineSeconds ?? DEADLINE_SECONDS;
    this.#pool = new ChildProcessPool({
      module: module ?? CHILD_MODULE,
      children: 1,
      memoryCapBytes: MEMORY_CAP,
      recycleAboveBytes: RECYCLE_ABOVE,
      recycleAfterJobs: RECYCLE_AFTER_JOBS,
      startSeconds: START_SECONDS,
      onLoss,
    });
  }

  /** Resolves once the child can take a job. @throws ChildFailure that says why it does not start. */
  start(): Promise<void> {
    return this.#pool.start();
  }

  /** Ends the child at once; headers in hand fail as `unavailable`. */
  stop(): Promise<void> {
    return this.#pool.stop();
  }

  /** Process ids of the child, and of its successor while one starts. */
  get pids(): number[] {
    return this.#pool.pids;
  }

  /** @throws unreadable_image, unsupported_jpeg; unavailable, when no child can be started. */
  override async read(path: string, format: SourceFormat, name: string): Promise<ImageFacts> {
    const sent = { format, name };
    const facts = await this.#factsOf(path, sent);
    const found = facts.format === 'jpeg' ? 'jpg' : facts.format;
    if (found !== format) throw unreadable(sent, `it turned out to be ${found}`);
    return { format, width: facts.width, height: facts.height, frames: facts.frames };
  }

  async #factsOf(path: string, sent: SentFile): Promise<HeaderFacts> {
    try {
      return await this.#pool.run({ path, format: sent.format }, { deadlineSeconds: this.#deadlineSeconds });
    } catch (error) {
      throw error instanceof ChildFailure ? problemOf(error, sent) : error;
    }
  }
}

function problemOf(failure: ChildFailure, sent: SentFile): ApplicationError {
  switch (failure.reason) {
    case 'refused':
      if ((failure.code as HeaderRefusal) === 'unsupported_jpeg') return unsupported(sent, failure);
      if ((failure.code as HeaderRefusal) === 'too_many_frames') return unreadable(sent, failure.message, failure);
      return unreadable(sent, 'the header is damaged or cut off', failure);
    case 'deadline':
    case 'memory':
    case 'crash':
      return unreadable(sent, 'the header could not be read', failure);
    default:
      return requestProblems.unavailable.error('Images cannot be read at the moment.', {
        retryAfter: RETRY_AFTER_SECONDS,
        cause: failure,
      });
  }
}

function unsupported({ name }: SentFile, failure: ChildFailure): ApplicationError {
  return pictureProblems.unsupportedJpeg.error(
    `Expected a baseline or progressive JPEG of 8 bits a channel for ${name}, received ${failure.message}.`,
    { cause: failure },
  );
}

function unreadable({ format, name }: SentFile, why: string, cause?: Error): ApplicationError {
  return pictureProblems.unreadableImage.error(
    `Expected a whole ${format} for ${name}, received a file that begins like one; ${why}.`,
    { cause },
  );
}
