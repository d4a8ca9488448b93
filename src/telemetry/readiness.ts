import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import { endsWithin } from '../shared/ends-within.ts';
import { reasonOf } from '../shared/operator-error.ts';

/** How long whoever asks waits for a part to answer. */
const PATIENCE_SECONDS = 5;

/** A part of the service that has to answer before a process can serve. */
interface NeededPart {
  readonly name: string;
  /** Rejects while the part does not answer. */
  readonly check: () => Promise<unknown>;
}

/** What has to answer before this process can serve. Each module that needs something names it here. */
export class Readiness implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Readiness');
  private readonly needed: NeededPart[] = [];
  private readonly wanted: NeededPart[] = [];

  needs(name: string, check: () => Promise<unknown>): void {
    this.needed.push({ name, check: this.watched(name, inTime(joined(check))) });
  }

  /** Names a part without which this process serves all the same, with less. */
  wants(name: string, check: () => Promise<unknown>): void {
    this.wanted.push({ name, check: this.watched(name, inTime(joined(check))) });
  }

  /** Nothing new shall come to a process that is about to stop. */
  beforeApplicationShutdown(): void {
    this.needed.push({ name: 'process', check: () => Promise.reject(new Error('The process is about to stop')) });
  }

  /** Names of the parts that do not answer; none means ready. */
  missing(): Promise<string[]> {
    return silentOf(this.needed);
  }

  /** Names of the parts that it serves without at the moment. */
  degraded(): Promise<string[]> {
    return silentOf(this.wanted);
  }

  /** The operator reads why a part does not answer, once for each time. */
  private watched(name: string, check: () => Promise<unknown>): () => Promise<unknown> {
    let isAway = false;
    return async () => {
      try {
        await check();
      } catch (error) {
        if (!isAway) this.logger.warn({ err: error }, `The ${name} does not answer: ${reasonOf(error)}`);
        isAway = true;
        throw error;
      }
      if (isAway) this.logger.log(`The ${name} answers again`);
      isAway = false;
    };
  }
}

/**
 * Whoever asks while the part is looked at hears of that look: everybody may ask, as often as they like, and each look takes
 * a connection of the database, or is a request that the store may charge for.
 */
function joined(check: () => Promise<unknown>): () => Promise<unknown> {
  let underWay: Promise<unknown> | undefined;
  return () => {
    underWay ??= check().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** Rejects when the look takes too long: it goes on, but whoever asks is not kept waiting. */
function inTime(look: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    if (!(await endsWithin(PATIENCE_SECONDS, look()))) throw new Error(`It has been silent for ${PATIENCE_SECONDS} s`);
  };
}

async function silentOf(parts: readonly NeededPart[]): Promise<string[]> {
  const checks = await Promise.allSettled(parts.map(({ check }) => check()));
  return parts.filter((_part, index) => checks[index]?.status === 'rejected').map(({ name }) => name);
}
