import { PlatformError } from '@shared/errors';
import { describeException, type PythonException } from '../results/exception.ts';

/** Thrown to whoever waits for a Celery task that raised, or was revoked. */
export class CeleryTaskFailedError extends PlatformError {
  readonly code = 'celery_task_failed';
  readonly retryable = false;
  readonly taskId: string;
  readonly state: string;
  readonly exception: PythonException;
  /** Python's, as text. */
  readonly traceback: string | null;

  constructor(
    taskId: string,
    failure: { state: string; exception: PythonException; traceback: string | null },
  ) {
    super({
      what: `Celery task ${taskId} ${failure.state === 'REVOKED' ? 'was revoked' : 'failed'}`,
      why: describeException(failure.exception).replace(/[.\s]+$/, ''),
      fix: 'See its traceback in the worker that ran it.',
    });
    this.taskId = taskId;
    this.state = failure.state;
    this.exception = failure.exception;
    this.traceback = failure.traceback;
  }
}
