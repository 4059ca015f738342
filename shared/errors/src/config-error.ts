import { PlatformError } from './platform-error.ts';

/** The environment does not fit the process's schema; lists every variable at fault at once. */
export class ConfigError extends PlatformError {
  readonly code = 'invalid_config';
  readonly retryable = false;

  constructor(problems: readonly { variable: string; problem: string }[]) {
    super({
      what: 'Cannot start',
      why: problems.map(({ variable, problem }) => `${variable} ${problem}`).join('; '),
      fix: 'Set the variables named above in the environment; the README lists them all.',
    });
  }
}
