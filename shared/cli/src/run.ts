import { PlatformError, ResultTimeoutError } from '@shared/errors';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors/usage-error.ts';
import { overview } from './help.ts';

const FAILED = 1;
const WRONG_USAGE = 2;
const NOT_YET = 3;

/** Runs one command line and resolves with the exit code; never rejects. */
export const runCommandLine = async (
  args: readonly string[],
  context: Context,
): Promise<number> => {
  try {
    return await dispatch(args, context);
  } catch (error) {
    context.warn(explain(error, context));
    return exitCodeOf(error);
  }
};

const dispatch = async ([name, ...args]: readonly string[], context: Context): Promise<number> => {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const [about] = args;
    context.print(about === undefined ? overview(commands) : commandNamed(about).help);
    return 0;
  }
  return commandNamed(name).run(args, context);
};

const commandNamed = (name: string): Command => {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new UsageError(`there is no command "${name}"`);
  return command;
};

/** Our own errors say it all; of others the stack is shown to whoever asks for it. */
const explain = (error: unknown, { env }: Context): string => {
  if (error instanceof PlatformError) return error.message;
  if (!(error instanceof Error)) return `Unexpected failure: ${String(error)}`;
  const stack = env['LOG_LEVEL'] === 'debug' || env['LOG_LEVEL'] === 'trace';
  return stack && error.stack !== undefined
    ? error.stack
    : `Unexpected ${error.name}: ${error.message}. LOG_LEVEL=debug shows where it comes from.`;
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof UsageError) return WRONG_USAGE;
  return error instanceof ResultTimeoutError ? NOT_YET : FAILED;
};
