import { PlatformError } from '@shared/errors';

/** The platform that the demo started did not come up; holds the last it said. */
export class PlatformNotStartedError extends PlatformError {
  readonly code = 'platform_not_started';
  readonly retryable = false;

  constructor(why: string, lastLines: readonly string[]) {
    const said = lastLines.map((line) => `\n  ${line}`).join('');
    super({
      what: 'Cannot run the demo',
      why: `the platform did not start, ${why}`,
      fix: `Run "npm start" to see it fail alone. It said last:${said}`,
    });
  }
}
