import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import { z } from 'zod';

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  startTime: z.number(),
  testResults: z.array(z.object({ endTime: z.number() })),
});

const Skipped = z.array(z.object({ name: z.string(), reason: z.string() }));

/** What vitest wrote down about one project's run. */
export type TestResults = {
  passed: number;
  failed: number;
  skipped: readonly { name: string; reason: string }[];
  seconds: number;
};

const folder = (directory: string) => join(PROJECT_ROOT, directory, '.test-results');

/** So that no count of another time is taken for this run's; nx puts back what it has cached. */
export const forgetTestResults = (directory: string): Promise<void> =>
  rm(folder(directory), { recursive: true, force: true });

/** Nothing if the run ended before it could write them. */
export const readTestResults = async (directory: string): Promise<TestResults | undefined> => {
  try {
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder(directory), name), 'utf8'));
    const report = Report.parse(await read('results.json'));
    const known = Skipped.parse(await read('skipped.json').catch(() => []));
    const missing = report.numPendingTests + report.numTodoTests - known.length;
    const unnamed = { name: 'a test', reason: 'it says no reason' };
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: [...known, ...Array.from({ length: Math.max(0, missing) }, () => unnamed)],
      seconds:
        Math.max(0, ...report.testResults.map(({ endTime }) => endTime - report.startTime)) / 1_000,
    };
  } catch {
    return undefined;
  }
};
