import { writeFile } from 'node:fs/promises';
import { runService } from '@shared/service';
import { holds } from './metric.ts';
import { readOptions, usage } from './options.ts';
import { runBench } from './run-bench.ts';
import { suites } from './suites/index.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

// Redis and the processes that are measured end with us; leaving in order removes the rest.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await runService(async () => {
  const options = readOptions(process.argv.slice(2), suites);
  if (options.help) {
    print(usage(suites));
    return;
  }
  const report = await runBench({
    ...options,
    print,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    print(`\nWritten to ${options.json}.`);
  }
  const missed = Object.entries(report.suites).flatMap(([suite, metrics]) =>
    Object.entries(metrics)
      .filter(([, metric]) => !holds(metric))
      .map(([name]) => `${suite}.${name}`),
  );
  if (missed.length === 0) return;
  print(`\nMissed: ${missed.join(', ')}.`);
  if (options.check) process.exitCode = 1;
});
