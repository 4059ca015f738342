import type { ProcessOptions } from './processes.ts';
import type { ProcfileLine } from './procfile.ts';
import { ReleaseFailedError } from './release-failed-error.ts';
import { runProcess } from './run-process.ts';

/**
 * Runs the Procfile's `release` line to its end, as Heroku does before it starts a new version.
 *
 * @throws {ReleaseFailedError} with its last lines.
 */
export const runRelease = async (
  line: ProcfileLine,
  { env, logs, graceMs }: Pick<ProcessOptions, 'env' | 'logs' | 'graceMs'>,
): Promise<void> => {
  const log = logs.open(line.name);
  const lastLines: string[] = [];
  const child = await runProcess(line, {
    env,
    graceMs,
    onLine: (text) => {
      lastLines.push(text);
      log(text);
    },
  });
  const { code, signal } = await child.exited;
  if (code === 0) return;
  const reason = signal === null ? `exited with ${code}` : `was ended by ${signal}`;
  throw new ReleaseFailedError(reason, lastLines.slice(-15));
};
