import { PlatformError } from '@shared/errors';

/** A job asks for a callback that no handler here is named by. */
export class CallbackMissingError extends PlatformError {
  readonly code = 'callback_missing';
  readonly retryable = false;

  constructor(kind: string, name: string) {
    super({
      what: `${kind} callback of an RQ job not run`,
      why: `no task here is named "${name}"`,
      fix: `Define it: definePythonTask('${name}', …), with a handler in the same worker.`,
    });
  }
}
