import { UnknownTaskError } from '@shared/errors';
import { py, type PickleValue, type PyException } from '../pickle/index.ts';
import { PythonError } from '../tasks/python-error.ts';
import { PythonTypeError } from '../tasks/python-type-error.ts';

const jobExecutionFailed = (words: string) =>
  py.exception('JobExecutionFailed', [words], { module: 'arq.worker' });

/** ARQ's own words for a job that never came to run, which its users know. */
export const arqFailures = {
  expired: () => jobExecutionFailed('job expired'),
  undecodable: () =>
    py.exception('DeserializationError', ['unable to deserialize job'], { module: 'arq.jobs' }),
  aborted: () => py.exception('CancelledError', [], { module: 'asyncio.exceptions' }),
  unknown: (name: string) => jobExecutionFailed(`function '${name}' not found`),
  triesExceeded: (maxTries: number) => jobExecutionFailed(`max ${maxTries} retries exceeded`),
} as const;

/** Classes that every client has, by the code of our error or the name of JavaScript's. */
const BY_NAME: Readonly<Record<string, string>> = {
  TypeError: 'TypeError',
  RangeError: 'ValueError',
  TimeoutError: 'TimeoutError',
};

/**
 * The exception that a Python client gets for an error. Never of a class that it may lack: one such
 * result would break `all_job_results()` for all of them. A class that a handler asks for and that not
 * everybody has becomes RuntimeError, its name in the message.
 */
export const exceptionOf = (error: unknown, code: string, name: string): PyException => {
  if (code === 'cancelled') return arqFailures.aborted();
  if (code === 'timeout') return py.exception('TimeoutError', []);
  if (code === 'expired') return arqFailures.expired();
  if (error instanceof UnknownTaskError) return arqFailures.unknown(name);
  if (error instanceof PythonTypeError) return py.exception('TypeError', [error.python]);
  if (error instanceof PythonError) return chosenBy(error);
  if (!(error instanceof Error)) return py.exception('RuntimeError', [String(error)]);
  const known = BY_NAME[error.name];
  if (known !== undefined) return py.exception(known, [error.message]);
  const message = error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
  return py.exception('RuntimeError', [message]);
};

const chosenBy = ({ pythonClass, pythonModule, args, message }: PythonError): PyException =>
  pythonModule === 'builtins' || pythonModule.startsWith('arq.')
    ? // What no pickle can hold makes writing the result fail, which is answered there.
      py.exception(pythonClass, args as readonly PickleValue[], { module: pythonModule })
    : py.exception('RuntimeError', [`${pythonModule}.${message}`]);
