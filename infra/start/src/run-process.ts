import { PROJECT_ROOT, startGuarded } from '@shared/embedded';
import type { LineSink } from './log-files.ts';
import type { ProcfileLine } from './procfile.ts';

/** Under which name the Procfile runs Node; we run the very same one that runs us. */
const NODE = 'node_modules/.bin/node';

/** How much longer than its own grace a process may take before it is killed. */
const SPARE_MS = 2_000;

/**
 * Starts one Procfile line from the project's root, as every process manager would.
 *
 * @param graceMs what it knows as SHUTDOWN_GRACE_MS: how long its jobs may take to finish.
 */
export const runProcess = async (
  { command }: Pick<ProcfileLine, 'command'>,
  { env, graceMs, onLine }: { env: NodeJS.ProcessEnv; graceMs: number; onLine: LineSink },
) => {
  const [program = '', ...args] = command;
  const child = await startGuarded(program === NODE ? process.execPath : program, args, {
    cwd: PROJECT_ROOT,
    env,
    onLine,
    // If we are killed, Redis goes as well: there is nothing left to finish a job with.
    orphanSignal: 'SIGKILL',
  });
  return { ...child, stop: () => child.stop({ graceMs: graceMs + SPARE_MS }) };
};
