import { runService } from '@shared/service';
import { loadConfig } from './config.ts';
import { runPlatform } from './run-platform.ts';
import { stopRequest } from './stop-request.ts';
import { openTerminal } from './terminal.ts';

await runService(async () => {
  const terminal = openTerminal({
    verbose: process.argv.includes('--verbose'),
    write: (text) => process.stdout.write(text),
  });
  process.stdout.on('error', () => {}); // The terminal may be gone while we still stop in order.

  await runPlatform(loadConfig(process.env), { env: process.env, terminal, stop: stopRequest() });
});
