import { setInterval } from 'node:timers/promises';

/** Longest that a client waits; whoever gets no answer in this time is told so by an error. */
const ANSWER_MS = 60_000;

/** What a client of the service got. */
export interface Answer {
  readonly asked: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
}

/** A request that a client sends. */
export interface Asked extends RequestInit {
  readonly url: string;
}

/** Clients that come one after the other, whether or not those before have their answers, each on a connection of its own. */
export class SteadyLoad {
  /** Those that are here so far. */
  readonly answers: Answer[] = [];
  private readonly stopping = new AbortController();
  private readonly all: Promise<void>[] = [];
  private readonly coming: Promise<void>;

  /** `next` makes the n-th request. */
  constructor(
    everyMilliseconds: number,
    private readonly next: (n: number) => Asked,
  ) {
    this.coming = this.come(everyMilliseconds);
  }

  /** Resolves when no client comes any more and each has its answer; rejects when one gets none. */
  async stop(): Promise<Answer[]> {
    this.stopping.abort();
    await this.coming;
    await Promise.all(this.all);
    return this.answers;
  }

  private async come(everyMilliseconds: number): Promise<void> {
    const { signal } = this.stopping;
    const beats = setInterval(everyMilliseconds, undefined, { signal });
    try {
      for await (const _beat of beats) {
        const sent = this.send(this.next(this.all.length));
        this.all.push(sent);
        // Told by `stop`.
        sent.catch(() => undefined);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private async send({ url, headers, ...request }: Asked): Promise<void> {
    const response = await fetch(url, {
      ...request,
      headers: { ...headers, Connection: 'close' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    this.answers.push({
      asked: `${request.method ?? 'GET'} ${new URL(url).pathname}`,
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      type: response.headers.get('content-type'),
      body: (await response.json()) as Record<string, unknown>,
    });
  }
}

/** Those that are neither a success nor a refusal for a while, as every client can deal with it. */
export function unexpected(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status, retryAfter, type, body }) => {
    if (status >= 200 && status < 300) return false;
    const refusal = status === 503 && type === 'application/problem+json' && body.code === 'unavailable';
    return !refusal || !/^[1-9]\d*$/.test(retryAfter ?? '');
  });
}

/** Ids of the jobs that were accepted. */
export function acceptedIn(answers: readonly Answer[]): string[] {
  return answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
}
