import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { endsWithin } from '../shared/ends-within.ts';
import { whenAwakeFor } from '../shared/when-awake-for.ts';

/** What the guard needs of a connection of `pg`. */
interface Client extends EventEmitter {
  connect(): Promise<unknown>;
  query(...args: unknown[]): unknown;
  end(): Promise<void>;
  /** Back into the pool, or with `true` out of it. */
  release(destroy?: boolean): void;
}

type Connected = (error?: unknown, client?: Client, release?: Client['release']) => void;

/** What it needs of a pool of them. */
interface Pool extends EventEmitter {
  readonly Client: new (options: unknown) => Client;
  readonly options: { query_timeout?: number; readonly connectionTimeoutMillis?: number };
  readonly ending: boolean;
  connect: { (): Promise<Client>; (done: Connected): void };
}

/** What `pg` says when an attempt to connect, or to get a connection of the pool, is not answered in time. */
const SILENCE = /timeout expired|connection timeout/i;
/** A process that was awake for less than this share of that time was stopped: it tries once more. */
const AWAKE_SHARE = 2 / 3;
/** How long the guard's own question may take where statements have no limit. */
const LOOK_SECONDS = 4;
/** Pause between two looks whether the server speaks again. */
const LOOK_AGAIN_MS = 500;

/** The database has been found to take connections, or to keep them, without saying anything. */
class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database is silent');
    this.name = 'DatabaseSilent';
  }
}

/**
 * Guards a pool against a server that says nothing though its connections stand: a frozen machine, a proxy before a
 * dead one. A connection on which a statement got no answer in time is thrown away, as one that waits for it would stay
 * in the pool for ever. And once one of them has waited in vain nobody else does: whoever wants a connection is told at
 * once, until a connection of the guard's own gets an answer. So a request waits for one time limit, however many
 * statements it has, and a silent server costs no more than the requests that found it. Time for which this process was
 * stopped does not count: the limit of statements is the guard's in the place of `pg`'s.
 */
export class SilenceGuard {
  private readonly logger = new Logger('Database');
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly connect: () => Promise<Client>;
  private silent = false;
  /** How many silences have been found. */
  private silences = 0;
  /** How many had been when a connection was made. */
  private readonly since = new WeakMap<Client, number>();

  /** How long a statement may take; undefined for as long as it likes. */
  private readonly statementSeconds: number | undefined;

  private constructor(private readonly pool: Pool) {
    this.connect = pool.connect.bind(pool);
    const { query_timeout: limit } = pool.options;
    this.statementSeconds = limit && limit / 1000;
    delete pool.options.query_timeout;
  }

  /** Guards this pool of `pg` from now on. */
  static watch(pool: Pool): void {
    const guard = new SilenceGuard(pool);
    pool.on('connect', (client: Client) => guard.watchStatements(client));
    Object.assign(pool, { connect: (done?: Connected) => handed(guard.connected(), done) });
  }

  private watchStatements(client: Client): void {
    const since = this.silences;
    this.since.set(client, since);
    const query = client.query.bind(client);
    client.query = (...args) => {
      const callOff = this.limit(() => {
        // It ends at once, as a statement is under way, and the pool takes no such connection back.
        client.end().catch(() => undefined);
        this.found(since);
      });
      const done = args.at(-1);
      if (typeof done === 'function') {
        return query(...args.slice(0, -1), (error: unknown, result: unknown) => {
          callOff();
          done(error, result);
        });
      }
      const answer = query(...args);
      if (answer instanceof Promise) answer.then(callOff, callOff);
      else callOff();
      return answer;
    };
  }

  private get connectSeconds(): number {
    return (this.pool.options.connectionTimeoutMillis ?? 0) / 1000;
  }

  private limit(act: () => void): () => void {
    return this.statementSeconds === undefined ? () => undefined : whenAwakeFor(this.statementSeconds, act);
  }

  private connected(): Promise<Client> {
    if (this.silent) return Promise.reject(new DatabaseSilent());
    const since = this.silences;
    return new Promise((resolve, reject) => {
      let wasAwake = false;
      const callOff = whenAwakeFor(this.connectSeconds * AWAKE_SHARE, () => {
        wasAwake = true;
      });
      this.waiting.add(reject);
      this.fresh().then(
        (client) => {
          callOff();
          if (this.waiting.delete(reject)) resolve(client);
          else client.release();
        },
        (error) => {
          callOff();
          const isWanted = this.waiting.delete(reject);
          if (isSilence(error) && !wasAwake && isWanted) return resolve(this.connected());
          reject(error);
          if (isSilence(error)) this.found(since);
        },
      );
    });
  }

  /** A connection that was made after the last silence. */
  private async fresh(): Promise<Client> {
    for (;;) {
      const client = await this.connect();
      if (this.since.get(client) === this.silences) return client;
      client.release(true);
    }
  }

  /** There is a silence, by what was connected or began to connect when there had been so many. */
  private found(since: number): void {
    if (since < this.silences) return;
    this.silences += 1;
    this.silent = true;
    this.logger.warn('The database is silent. Until it speaks again, requests that need it are refused at once');
    for (const reject of this.waiting) reject(new DatabaseSilent());
    this.waiting.clear();
    void this.lookAgain();
  }

  private async lookAgain(): Promise<void> {
    while (!this.pool.ending && (await this.isSilent())) await pause(LOOK_AGAIN_MS, undefined, { ref: false });
    this.silent = false;
    if (!this.pool.ending) this.logger.log('The database speaks again');
  }

  /** On a connection of its own; a refusal is an answer too, and is for those who ask to deal with. */
  private async isSilent(): Promise<boolean> {
    const client = new this.pool.Client(this.pool.options);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return !(await endsWithin(this.statementSeconds ?? LOOK_SECONDS, client.query('select 1') as Promise<unknown>));
    } catch (error) {
      return isSilence(error);
    } finally {
      client.end().catch(() => undefined);
    }
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof Error && SILENCE.test(error.message);
}

/** Gives a connection to a callback, where there is one. */
function handed(connected: Promise<Client>, done?: Connected): Promise<unknown> {
  return done
    ? connected.then((client) => done(undefined, client, (destroy) => client.release(destroy)), done)
    : connected;
}
