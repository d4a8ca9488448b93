import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';

/** A command that Redis does not answer at once fails at once: whoever asks has another way. */
const FAIL_FAST: RedisOptions = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2000 };
/** Commands that wait for a message, or for Redis to come back. */
const PATIENT: RedisOptions = { maxRetriesPerRequest: null, enableReadyCheck: false };
/** How long a start waits for Redis before it goes on without. */
const START_WAIT_MS = 3000;

/** The connections of this process to Redis. Each reconnects by itself; what Redis is needed for goes on without it. */
export class RedisConnections {
  private readonly logger = new Logger('Redis');
  private readonly opened: Redis[] = [];
  /** For commands that answer at once. */
  readonly commands: Redis;
  private away = false;

  constructor(private readonly url: string) {
    this.commands = this.open(FAIL_FAST);
    this.commands.on('close', () => this.lost());
    this.commands.on('ready', () => this.found());
  }

  /** One more connection for commands that wait. */
  patient(): Redis {
    return this.open(PATIENT);
  }

  /** Waits a moment for Redis, and warns of settings under which it loses messages. */
  async start(): Promise<void> {
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

  close(): void {
    this.commands.removeAllListeners('close');
    for (const redis of this.opened) redis.disconnect();
  }

  private open(options: RedisOptions): Redis {
    const redis = new Redis(this.url, options);
    // Each failed attempt to connect is an event; the operator is told once, of the first.
    redis.on('error', () => undefined);
    this.opened.push(redis);
    return redis;
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

  private lost(): void {
    if (this.away) return;
    this.away = true;
    this.logger.warn(
      'Redis does not answer. Until it does, each process counts requests for itself, events reach their own process alone, and new jobs wait in the database',
    );
  }

  private found(): void {
    if (!this.away) return;
    this.away = false;
    this.logger.log('Redis answers again');
  }
}
