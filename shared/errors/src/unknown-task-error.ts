import { PlatformError } from './platform-error.ts';

export class UnknownTaskError extends PlatformError {
  readonly code = 'unknown_task';
  readonly retryable = false;

  constructor(name: string, known: readonly string[]) {
    super({
      what: 'Job refused',
      why: `no task is named "${name}"`,
      fix: known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Define the task first.',
    });
  }
}
