import { runService } from '@shared/service';
import { loadConfig } from './config.ts';
import { findPlatform } from './find-platform.ts';
import { playAndReport } from './play-and-report.ts';
import { createScreen } from './screen.ts';
import { startPlatform } from './start-platform.ts';
import { aborted, stopRequest } from './stop-request.ts';

await runService(async () => {
  const config = loadConfig(process.env);
  const screen = createScreen(process.stdout);
  const stop = stopRequest();

  const found = await findPlatform(config, process.env);
  if (found !== undefined) {
    process.exitCode = await playAndReport(found, { screen, stop });
    return;
  }

  screen.say('No platform runs here; starting one …');
  await using started = await startPlatform(config, { env: process.env, stop });
  if (started === undefined) return;
  process.exitCode = await playAndReport(started.addresses, { screen, stop });
  if (process.argv.includes('--exit') || stop.aborted) return;
  screen.say('The platform that was started for this goes on, so look around. Ctrl-C stops it.');
  await Promise.race([aborted(stop), started.exited]);
});
