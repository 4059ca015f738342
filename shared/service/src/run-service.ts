import { PlatformError } from '@shared/errors';

/**
 * Runs a process's main function; an error on the way up is printed as one readable line, not as a
 * stack trace, when it is one the platform throws on purpose, and the process exits 1.
 */
export const runService = async (main: () => Promise<void>): Promise<void> => {
  try {
    await main();
    // What a library left open (a keep-alive socket, an idle timer) must not hold the process.
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    const text = error instanceof PlatformError ? error.message : String((error as Error)?.stack);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }
};
