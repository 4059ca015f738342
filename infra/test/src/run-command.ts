import { PROJECT_ROOT, startGuarded } from '@shared/embedded';

export type Finished = { ok: boolean; lines: readonly string[]; seconds: number };

/** Runs a program from the project's root to its end, or until `stop` aborts. */
export const runCommand = async (
  [program = '', ...args]: readonly string[],
  {
    stop,
    env = {},
    onLine,
  }: { stop: AbortSignal; env?: Record<string, string>; onLine?: (line: string) => void },
): Promise<Finished> => {
  const startedAt = Date.now();
  const lines: string[] = [];
  const child = await startGuarded(program, args, {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...env },
    onLine: (line) => {
      lines.push(line);
      onLine?.(line);
    },
  });
  const abort = () => void child.stop();
  stop.addEventListener('abort', abort, { once: true });
  if (stop.aborted) abort();
  const { code } = await child.exited;
  stop.removeEventListener('abort', abort);
  return { ok: code === 0, lines, seconds: (Date.now() - startedAt) / 1_000 };
};
