import type { Servers } from './deployment.ts';
import type { Photographs } from './photographs.ts';

/** What each part of the bench has to work with. */
export interface BenchRun {
  /** For everything that is written; removed at the end. */
  readonly folder: string;
  readonly photographs: Photographs;
  readonly servers: Servers;
  readonly rounds: number;
  /** How long each round is, of its usual length; a quick run has 0.25. */
  readonly length: number;
  say(text: string): void;
}
