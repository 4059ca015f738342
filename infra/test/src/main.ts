import { runService } from '@shared/service';
import { explain, explainSkips, summarize } from './report.ts';
import { runChecks } from './run-checks.ts';
import { provisionTools } from './tools.ts';

const INTERRUPTED_EXIT_CODE = 130; // 128 + SIGINT, as a shell reports it.

const say = (text: string) => void process.stdout.write(`${text}\n`);

await runService(async () => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());

  const complaints = await provisionTools();
  const outcomes = await runChecks({ say, stop: stop.signal });
  if (stop.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);

  const failures = outcomes.filter(({ failed }) => failed > 0);
  for (const failure of failures) say(`\n${explain(failure)}`);
  const skips = explainSkips(outcomes);
  for (const text of [...complaints, skips].filter((each) => each !== '')) say(text);
  say(summarize(outcomes));
  process.exitCode = failures.length > 0 ? 1 : 0;
});
