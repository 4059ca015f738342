import { carriedBy, type Carrying } from '@shared/queue';
import { decodePickle, encodePickle, type PickleValue } from '../pickle/index.ts';
import { pythonValue } from './python-value.ts';

/**
 * Fails a job with an exception of Python's: `throw new PythonError('ValueError', ['no such user'])`.
 * Its Python caller gets that class, if it has it; the job is not tried again by us.
 */
export class PythonError extends Error implements Carrying {
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

  /** For a handler in a thread or process of its own: the arguments as a pickle. */
  carry(): Uint8Array {
    try {
      return encodePickle(this.args.map(pythonValue));
    } catch {
      return encodePickle(this.args.map(String)); // As JSON would have to show them, too.
    }
  }

  /** One that was thrown there, as it was; undefined for all other errors. */
  static received(error: unknown): PythonError | undefined {
    const args = carriedBy(error);
    if (!(error instanceof Error) || error.name !== 'PythonError') return undefined;
    if (!(args instanceof Uint8Array)) return undefined;
    const { pythonClass, pythonModule: module } = error as PythonError; // Copied with its fields.
    const whole = new PythonError(pythonClass, decodePickle(args) as PickleValue[], { module });
    if (error.stack !== undefined) whole.stack = error.stack;
    return whole;
  }
}
