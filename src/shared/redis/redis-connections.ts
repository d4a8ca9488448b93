import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { PromptRedis, SILENCE } from './prompt-redis.ts';

/**
 * A command that Redis does not answer at once fails at once: whoever asks has another way. A connection on which
 * nothing comes is given up, and until another one is made all commands fail without waiting.
 */
const FAIL_FAST: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
};
/** Silence, in milliseconds, after which the kernel asks whether the other side is still there. */
const KEEP_ALIVE_MS = 30_000;
/**
 * Commands that wait for a message, or for Redis to come back. Who only listens sends nothing: what stands between would
 * take the connection for unused, forget it and tell nobody.
 */
const PATIENT: RedisOptions = {
  keepAlive: KEEP_ALIVE_MS,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
  retryStrategy: (times) => Math.min(times * 500, 2000),
};
/** Redis wants a password, or lets this one do less: commands that wait go on waiting, until the operator mends it. */
const REFUSED = /^(NOAUTH|NOPERM)/;
const RECONNECT_AND_SEND_AGAIN = 2;
/** How long a start waits for Redis before it goes on without. */
const START_WAIT_MS = 3000;
/** How often a process looks whether Redis takes writes: some of them write nothing for long. */
const LOOK_MS = 5000;
/** Least time between two rounds of new connections. */
const RENEWAL_PAUSE_MS = 2000;
const MARK = 'imagepro:written';

/**
 * The connections of this process to Redis. Each reconnects by itself; what Redis is needed for goes on without it. What
 * one of them finds holds for all: when a write is refused by a Redis that has become the replica of another, or Redis
 * is silent, all are made anew. Those that only listen would never find out, and hear nothing of the new primary.
 */
export class RedisConnections {
  private readonly logger = new Logger('Redis');
  private readonly opened: Redis[] = [];
  /** For commands that answer at once. */
  readonly commands: Redis;
  private away = false;
  /** The reasons that the operator has been told of since Redis answered last: what is slow at first may refuse in the end. */
  private readonly told = new Set<string>();
  private silent = false;
  private reason = '';
  private renewedAt = Number.NEGATIVE_INFINITY;
  private looking: NodeJS.Timeout | undefined;

  constructor(private readonly url: string) {
    this.commands = this.open(FAIL_FAST);
    this.commands.on('error', (error) => this.failed(error));
    this.commands.on('close', () => this.lost());
    this.commands.on('ready', () => this.connected());
  }

  /** One more connection for commands that wait. */
  patient(): Redis {
    return this.open(PATIENT);
  }

  /** Waits a moment for Redis, and warns of settings under which it loses messages. */
  async start(): Promise<void> {
    this.looking = setInterval(() => void this.look(), LOOK_MS);
    await this.ready();
    if (this.commands.status !== 'ready') return this.lost();
    const [policy, persistent] = await Promise.all([this.setting('maxmemory-policy'), this.setting('appendonly')]);
    if (policy !== undefined && policy !== 'noeviction') {
      this.logger.warn(
        `Redis: expected maxmemory-policy noeviction, found ${policy}; under memory pressure it drops jobs from the queue, which the sweep has to find again`,
      );
    }
    if (persistent === 'no') {
      this.logger.warn(
        'Redis: expected appendonly yes, found no; a restart of Redis empties the queue, which the sweep has to fill again',
      );
    }
  }

  /** Writes a mark; rejects while Redis takes no writes. */
  async check(): Promise<void> {
    await this.commands.set(MARK, '1', 'PX', LOOK_MS);
  }

  close(): void {
    clearInterval(this.looking);
    this.commands.removeAllListeners('close');
    for (const redis of this.opened) redis.disconnect();
  }

  private open(options: RedisOptions): Redis {
    const Connection = options === FAIL_FAST ? PromptRedis : Redis;
    const reconnectOnError = (error: Error) => {
      if (error.message.startsWith('READONLY')) this.followed(error);
      return options === PATIENT && REFUSED.test(error.message) ? RECONNECT_AND_SEND_AGAIN : false;
    };
    const redis = new Connection(this.url, { ...options, reconnectOnError });
    // Each failed attempt to connect is an event; the operator is told once, of the first.
    redis.on('error', () => undefined);
    this.opened.push(redis);
    return redis;
  }

  /** Where Redis is to be found there is a primary again, or will be soon. */
  private followed(error: Error): void {
    this.reason = error.message;
    if (performance.now() - this.renewedAt < RENEWAL_PAUSE_MS) return;
    this.renewedAt = performance.now();
    for (const redis of this.opened) redis.disconnect(true);
  }

  /** Connections that were there while Redis was silent may never be heard of again. */
  private connected(): void {
    if (this.silent) for (const redis of this.opened) if (redis !== this.commands) redis.disconnect(true);
    this.silent = false;
    void this.look();
  }

  private ready(): Promise<void> {
    return new Promise((resolve) => {
      if (this.commands.status === 'ready') return resolve();
      const timer = setTimeout(resolve, START_WAIT_MS);
      this.commands.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** A managed Redis may not tell. */
  private async setting(name: string): Promise<string | undefined> {
    const answer = await this.commands.config('GET', name).catch(() => []);
    return (answer as string[])[1];
  }

  private async look(): Promise<void> {
    if (this.commands.status !== 'ready') return;
    try {
      await this.check();
      this.found();
    } catch (error) {
      this.failed(error as Error);
      this.lost();
    }
  }

  /** What Redis or the network says holds no secret: neither repeats a password. */
  private failed({ message }: Error): void {
    this.reason = message;
    if (message === SILENCE) this.silent = true;
  }

  private lost(): void {
    if (this.told.has(this.reason)) return;
    this.told.add(this.reason);
    this.away = true;
    this.logger.warn(
      `Redis does not answer, or takes no writes (${this.reason || 'no reason given'}). Until it does, each process counts requests for itself, events reach their own process alone, and workers find new jobs in the database`,
    );
  }

  private found(): void {
    this.reason = '';
    this.told.clear();
    if (!this.away) return;
    this.away = false;
    this.logger.log('Redis answers again');
  }
}
