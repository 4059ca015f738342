import { PlatformError } from '@shared/errors';

/** The command line itself is wrong: an unknown command, option or number of arguments. Exit code 2. */
export class UsageError extends PlatformError {
  readonly code = 'usage';
  readonly retryable = false;

  /** @param command the one that was meant; none if there is no such command. */
  constructor(why: string, command?: string) {
    super({
      what: command === undefined ? 'taskyard' : `taskyard ${command}`,
      why,
      fix: `See \`taskyard help${command === undefined ? '' : ` ${command}`}\`.`,
    });
  }
}
