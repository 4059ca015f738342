import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter, TestCase, Vitest } from 'vitest/node';

/** A test that did not run, and what `context.skip(reason)` said; the JSON report leaves that out. */
export type SkippedTest = { name: string; reason: string };

/** Writes `.test-results/skipped.json`, so that whoever sums the runs up can say why. */
export const reportSkips = (): Reporter => {
  let root = '';
  return {
    onInit: (vitest: Vitest) => {
      root = vitest.config.root;
    },
    onTestRunEnd: async (modules) => {
      const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
      await mkdir(join(root, '.test-results'), { recursive: true });
      await writeFile(
        join(root, '.test-results', 'skipped.json'),
        JSON.stringify(skipped.map(describeSkip)),
      );
    },
  };
};

const describeSkip = (test: TestCase): SkippedTest => {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return { name: test.fullName, reason: note ?? 'it says no reason' };
};
