import { ReplyError } from 'ioredis';
import { outliveStrayRefusals } from '../../src/shared/redis/stray-refusals.ts';

// Fails as its first argument says, and nobody waits for it; ends by itself when it outlives that.
outliveStrayRefusals();
const [, , what = ''] = process.argv;
const refusal = Object.assign(new ReplyError('WRONGPASS invalid username-password pair'), {
  command: { name: 'auth', args: ['correct-horse-battery'] },
});
void Promise.reject(what === 'redis' ? refusal : new Error('Something else'));
setImmediate(() => process.stdout.write('It lives on\n'));
