import { PlatformError } from '@shared/errors';

/** A module given with --include has no handlers that a worker could run. */
export class InvalidIncludeError extends PlatformError {
  readonly code = 'invalid_include';
  readonly retryable = false;

  constructor(file: string, why: string, options: ErrorOptions & { fix?: string } = {}) {
    super(
      {
        what: `Include ${file} refused`,
        why,
        fix: options.fix ?? 'Its default export must be an array of implement(task, handler).',
      },
      { ...options, path: 'include' },
    );
  }
}
