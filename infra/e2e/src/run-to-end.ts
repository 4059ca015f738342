import { PROJECT_ROOT, startGuarded } from '@shared/embedded';
import { ProcessNotReadyError } from './process-not-ready-error.ts';

/**
 * Runs a program from the project's root until it ends by itself.
 *
 * @throws {ProcessNotReadyError} with the last it said, unless it ended well.
 */
export const runToEnd = async (
  { name, command }: { name: string; command: readonly string[] },
  env: Readonly<Record<string, string>>,
): Promise<void> => {
  const [program = '', ...args] = command;
  const child = await startGuarded(program, args, { cwd: PROJECT_ROOT, env });
  const { code, signal } = await child.exited;
  if (code === 0) return;
  throw new ProcessNotReadyError(name, `it ended (${signal ?? `code ${code}`})`, child.lastLines());
};
