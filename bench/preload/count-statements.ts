import { createRequire } from 'node:module';
import { join } from 'node:path';

// Loaded before the service (`--import`): counts what its process sends to SQLite or PostgreSQL, transactions' own
// statements included, and tells its parent when asked.

// Of the service that is measured, which may be another checkout.
const require = createRequire(join(process.cwd(), 'package.json'));
let statements = 0;

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Counts the calls of methods of a prototype. */
function count(prototype: Record<string, Method>, ...names: string[]): void {
  for (const name of names) {
    const original = prototype[name] as Method;
    prototype[name] = function counted(...args) {
      statements += 1;
      return original.apply(this, args);
    };
  }
}

const Sqlite = require('better-sqlite3');
const memory = new Sqlite(':memory:');
count(Object.getPrototypeOf(memory.prepare('select 1')), 'run', 'get', 'all', 'iterate');
memory.close();
count(Sqlite.prototype, 'exec');
// The driver's own, which need not be the one that stands at the top.
const driver = createRequire(require.resolve('@mikro-orm/postgresql'));
count(driver('pg').Client.prototype, 'query');

process.on('message', (message) => {
  if (message === 'statements') process.send?.(statements);
});
// A service that ends does not wait for its parent.
process.channel?.unref();
