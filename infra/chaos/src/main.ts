import { runService } from '@shared/service';
import { readOptions, USAGE } from './options.ts';
import { isKept, tableOf } from './report.ts';
import { runChaos } from './run-chaos.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

// Redis and the workers end with us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await runService(async () => {
  const { help, ...options } = readOptions(process.argv.slice(2));
  if (help) {
    print(USAGE);
    return;
  }
  const { rows, faults } = await runChaos({
    ...options,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  print(`\n${tableOf(rows)}\n`);
  print(
    Object.entries(faults)
      .map(([name, times]) => `${name} ${times} ×`)
      .join(', '),
  );
  if (rows.every(isKept)) return;
  print(`\nA promise was not kept; --seed ${options.seed} does the same harm again.`);
  process.exitCode = 1;
});
