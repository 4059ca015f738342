import { PlatformError } from './platform-error.ts';

/** The task's jobs killed so many workers that none of them is run until an operator allows it. */
export class TaskQuarantinedError extends PlatformError {
  readonly code = 'task_quarantined';
  readonly retryable = false;

  constructor(task: string) {
    super({
      what: 'Job not run',
      why: `jobs of ${task} killed one worker after another, and the task is quarantined`,
      fix: 'Mend the handler, lift the quarantine, and redrive the dead letters of this code.',
    });
  }
}
