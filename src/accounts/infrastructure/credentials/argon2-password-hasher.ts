import { hash, verify } from '@node-rs/argon2';
import PQueue from 'p-queue';
import { PasswordHasher } from '../../application/ports.ts';

/** OWASP's minimum for Argon2id, the library's default algorithm: 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Each hash takes 19 MiB and a thread: a crowd at the door must not take all of them. */
const AT_ONCE = 4;

/** Hashes with Argon2id. */
export class Argon2PasswordHasher extends PasswordHasher {
  private readonly queue = new PQueue({ concurrency: AT_ONCE });
  /** Compared with when there is no such account, so that the answer takes as long. */
  private readonly nobody = this.hash('the password of nobody');

  hash(password: string): Promise<string> {
    return this.queue.add(() => hash(password, COST));
  }

  async verify(password: string, passwordHash: string | null): Promise<boolean> {
    const against = passwordHash ?? (await this.nobody);
    const matches = await this.queue.add(() => verify(against, password));
    return matches && passwordHash !== null;
  }
}
