import { hash, verify } from '@node-rs/argon2';
import PQueue from 'p-queue';
import { requestProblems } from '../../../shared/problems.ts';
import { PasswordHasher } from '../../application/ports.ts';

/** OWASP's minimum for Argon2id, the library's default algorithm: 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Each hash takes 19 MiB and a thread: a crowd at the door must not take all of them. */
const AT_ONCE = 4;

/** Those behind so many would have gone before their turn comes, and their passwords would still be hashed. */
const MOST_WAITING = 200;
const RETRY_AFTER_SECONDS = 5;

/** Hashes with Argon2id. */
export class Argon2PasswordHasher extends PasswordHasher {
  private readonly queue = new PQueue({ concurrency: AT_ONCE });
  /** Compared with when there is no such account, so that the answer takes as long. */
  private readonly nobody = this.queue.add(() => hash('the password of nobody', COST));

  constructor(private readonly mostWaiting = MOST_WAITING) {
    super();
  }

  /** @throws unavailable, while so many wait */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, COST));
  }

  /** @throws unavailable, while so many wait */
  async verify(password: string, passwordHash: string | null): Promise<boolean> {
    const against = passwordHash ?? (await this.nobody);
    const matches = await this.inTurn(() => verify(against, password));
    return matches && passwordHash !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.queue.size < this.mostWaiting) return this.queue.add(work);
    throw requestProblems.unavailable.error(
      `Expected at most ${this.mostWaiting} passwords at once that wait to be hashed (limit of each process), received one more`,
      { retryAfter: RETRY_AFTER_SECONDS },
    );
  }
}
