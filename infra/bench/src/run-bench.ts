import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@shared/embedded';
import { describeMachine } from './machine.ts';
import { openRedisMeter } from './redis-meter.ts';
import { machineLine, type Report, suiteTable } from './report.ts';
import type { Suite } from './suite.ts';
import { SuiteSkippedError } from './suite-skipped-error.ts';

/**
 * Runs suites, one after the other, on a Redis of their own without persistence.
 *
 * @param options.print gets the tables, each as soon as it is complete.
 * @param options.progress gets a line now and then, for whoever waits.
 */
export const runBench = async ({
  suites,
  rounds,
  jobs,
  print,
  progress,
}: {
  suites: readonly Suite[];
  rounds: number;
  jobs: number;
  print(text: string): void;
  progress(line: string): void;
}): Promise<Report> => {
  using folder = await temporaryFolder();
  await using redis = await startRedis({ directory: folder.path });
  await using meter = openRedisMeter(redis.url);
  const machine = describeMachine(await meter.version());
  const report: Report = { machine, settings: { rounds, jobs }, suites: {}, skipped: {} };

  print(machineLine(report));
  for (const suite of suites) {
    const bench = {
      redisUrl: redis.url,
      meter,
      rounds,
      jobs,
      progress: (line: string) => progress(`${suite.name}: ${line}`),
    };
    try {
      const metrics = await suite.run(bench);
      report.suites[suite.name] = metrics;
      print(`\n${suiteTable(suite, metrics)}`);
    } catch (error) {
      if (!(error instanceof SuiteSkippedError)) throw error;
      report.skipped[suite.name] = error.message;
      print(`\n${suite.name}: ${error.message}`);
    }
  }
  return report;
};

/** Gone when its scope is left, or the process told to end. */
const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'taskyard-bench-'));
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    [Symbol.dispose]() {
      process.off('exit', remove);
      remove();
    },
  };
};
