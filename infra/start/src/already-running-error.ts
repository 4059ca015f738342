import { PlatformError } from '@shared/errors';

/** A platform already runs on the data directory. */
export class AlreadyRunningError extends PlatformError {
  readonly code = 'already_running';
  readonly retryable = false;

  constructor(dataDirectory: string, pid: number) {
    super({
      what: 'Cannot start',
      why: `a platform already runs on ${dataDirectory} (process ${pid})`,
      fix: `Stop it with Ctrl-C in its terminal or "kill ${pid}", or set DATA_DIR to another folder.`,
    });
  }
}
