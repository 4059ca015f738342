import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { reportSkips } from './skip-reporter.ts';

const MOST_WORKERS = 2;

/** The one vitest configuration; every package's `vitest.config.ts` re-exports it. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [fileURLToPath(import.meta.resolve('./global-setup.ts'))],
    pool: 'forks',
    maxWorkers: Math.min(MOST_WORKERS, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    reporters: ['default', 'json', reportSkips()],
    outputFile: { json: '.test-results/results.json' },
  },
});
