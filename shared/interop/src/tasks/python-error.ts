/**
 * Fails a job with an exception of Python's: `throw new PythonError('ValueError', ['no such user'])`.
 * Its Python caller gets that class, if it has it; the job is not tried again by us.
 */
export class PythonError extends Error {
  readonly code = 'python_error';
  readonly retryable = false;
  /** The class, as in `ValueError`. */
  readonly pythonClass: string;
  /** Where Python finds the class; `builtins` unless told. */
  readonly pythonModule: string;
  /** What it is made with. */
  readonly args: readonly unknown[];

  constructor(
    pythonClass: string,
    args: readonly unknown[] = [],
    { module = 'builtins', ...options }: ErrorOptions & { module?: string } = {},
  ) {
    super(`${pythonClass}: ${args.map(String).join(', ')}`, options);
    this.name = 'PythonError';
    this.pythonClass = pythonClass;
    this.pythonModule = module;
    this.args = args;
  }
}
