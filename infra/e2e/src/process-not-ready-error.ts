import { PlatformError } from '@shared/errors';

/** A process of the fleet ended or stayed unready; holds the last it said. */
export class ProcessNotReadyError extends PlatformError {
  readonly code = 'process_not_ready';
  readonly retryable = false;

  constructor(name: string, why: string, lastLines: readonly string[]) {
    const said = lastLines.map((line) => `\n  ${line}`).join('');
    super({ what: `${name} is not ready`, why, fix: `It said last:${said}` });
  }
}
