import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const SECOND = 1000;
/** Until a test is taken for stuck: many times what it takes, since a machine may be as many times as busy. */
const PATIENCE = 180 * SECOND;

// For the processes that run the suites, and the services that they start: what Node has compiled for one file, it need
// not compile for the next, which takes a seventh of the suites' CPU.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/tests');

/**
 * The files that one worker runs share its modules, whose loading takes most of a short file's CPU. Not where some load what
 * the image processes run: it forbids formats to the whole process.
 */
const TOGETHER = { isolate: false };

/** Starts PostgreSQL, Redis and an S3 server for the suites that need them. */
const SERVERS = 'test/support/servers/global-setup.ts';

/** Suites of what the embedded profile alone has: one process that owns a folder, with its database and its lock. */
const EMBEDDED_ALONE = 'test/e2e/embedded-*.test.ts';
/** Suites of what the production profile alone has: several processes at once. */
const PRODUCTION_ALONE = 'test/e2e/production-*.test.ts';
/**
 * Suites of what is the same in both: documents and their examples, HTTP before a database, a queue or a store is asked,
 * what becomes of pixels, and generated clients of which another is tested in both.
 */
const OF_NO_PROFILE = [
  ...['answer-headers', 'documented-answers', 'examples', 'node-refusals', 'problem-pages', 'schema', 'switched-off'],
  ...['operations', 'pictures-as-browsers', 'client-fetch', 'client-types'],
].map((name) => `test/e2e/${name}.test.ts`);

/** Faults under a steady load, of many jobs, or of a server that is slow to speak: beside others they would be about the machine. */
const FAULTS_UNDER_LOAD = 'test/faults/{many-jobs,postgresql-away,postgresql-silent,redis-away}.test.ts';
/** What all faults have in common. */
const FAULTS = {
  globalSetup: SERVERS,
  // Those that wait for dead workers to be missed wait together.
  maxConcurrency: 10,
  // Starts of processes wait for their turn within it.
  testTimeout: 600 * SECOND,
  hookTimeout: PATIENCE,
};

/**
 * The suites by size. `npm test` runs them all but the faults; `npm run test:hard` runs properties and hostile pictures
 * in earnest, and the faults.
 */
export default defineConfig({
  test: {
    // What a test polls for comes by itself; how soon is for the machine to say.
    expect: { poll: { timeout: 30 * SECOND } },
    // Tests wait for processes, disks and clocks: as many as there are cores would leave these idle for a third of the time.
    maxWorkers: availableParallelism() + 1,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: PATIENCE } },
      // The source with real parts: children, files, SQLite, other programs.
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: PATIENCE } },
      {
        test: {
          ...TOGETHER,
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: SERVERS,
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      { test: { name: 'properties', include: ['test/properties/**/*.test.ts'], testTimeout: 900 * SECOND } },
      { test: { name: 'hostile', include: ['test/hostile/**/*.test.ts'], testTimeout: 900 * SECOND } },
      {
        test: {
          ...TOGETHER,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [PRODUCTION_ALONE],
          setupFiles: ['test/support/documented-answers.ts'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        test: {
          ...TOGETHER,
          name: 'e2e-production',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [EMBEDDED_ALONE, ...OF_NO_PROFILE],
          setupFiles: ['test/support/documented-answers.ts'],
          env: { TEST_PROFILE: 'production' },
          globalSetup: SERVERS,
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        test: {
          ...FAULTS,
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          exclude: [FAULTS_UNDER_LOAD],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...FAULTS,
          name: 'faults-under-load',
          include: [FAULTS_UNDER_LOAD],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: 'test/browser/support/chromium.ts',
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
    ],
  },
});
