import { defineConfig } from 'vitest/config';

/** Starts PostgreSQL, Redis and an S3 server for the projects that need them. */
const SERVERS = 'test/support/servers/global-setup.ts';

/** What runs in `npm test`, by size: unit and contract tests first, whole services last. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: SERVERS,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
