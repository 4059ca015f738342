import { constants } from 'node:os';
import {
  JobCancelledError,
  JobCrashedError,
  JobExpiredError,
  JobKilledError,
  JobOutOfMemoryError,
  JobTimeoutError,
  UnknownTaskError,
  WorkerLostError,
} from '@shared/errors';
import { PythonError } from '../../tasks/python-error.ts';
import { PythonTypeError } from '../../tasks/python-type-error.ts';
import { pythonValue } from '../../tasks/python-value.ts';
import { celeryException, type PythonException } from '../results/exception.ts';

/** Builtin classes that a JavaScript class stands for. */
const BUILTINS: Readonly<Record<string, string>> = {
  Error: 'Exception',
  TypeError: 'TypeError',
  RangeError: 'ValueError',
  SyntaxError: 'SyntaxError',
  ReferenceError: 'NameError',
  AggregateError: 'Exception',
};

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * What a Python client sees raised for anything thrown here: the class that a {@link PythonError} names, a
 * builtin one where there is a counterpart, else a class of the error's own name in the module `taskyard`.
 */
export const pythonException = (thrown: unknown): PythonException => {
  if (thrown instanceof PythonError) {
    const { pythonClass: type, pythonModule: module, args } = thrown;
    return { type, module, args: args.map(pythonValue) };
  }
  if (thrown instanceof PythonTypeError) return builtin('TypeError', thrown.python);
  if (isLoss(thrown)) return celeryException.workerLost(wordsOfLoss(thrown));
  if (thrown instanceof WorkerLostError) return celeryException.workerLost(thrown.why);
  if (!(thrown instanceof Error)) return builtin('Exception', String(thrown));
  const name = BUILTINS[thrown.name];
  if (name !== undefined) return builtin(name, thrown.message);
  return {
    type: IDENTIFIER.test(thrown.name) ? thrown.name : 'Error',
    module: 'taskyard',
    args: [thrown.message],
  };
};

const builtin = (type: string, message: string): PythonException => ({
  type,
  module: 'builtins',
  args: [message],
});

/** How an end that was not the handler's own is called in Celery; undefined for all others. */
export const endOf = (
  thrown: unknown,
): 'revoked' | 'expired' | 'timeout' | 'unknown' | undefined => {
  if (thrown instanceof JobCancelledError) return 'revoked';
  if (thrown instanceof JobExpiredError) return 'expired';
  if (thrown instanceof JobTimeoutError) return 'timeout';
  return thrown instanceof UnknownTaskError ? 'unknown' : undefined;
};

type Loss = JobCrashedError | JobKilledError | JobOutOfMemoryError;

/** The thread or process of an isolated handler died, as a process of Celery's pool does. */
export const isLoss = (thrown: unknown): thrown is Loss =>
  thrown instanceof JobCrashedError ||
  thrown instanceof JobKilledError ||
  thrown instanceof JobOutOfMemoryError;

/** As billiard has it. */
const wordsOfLoss = (loss: Loss): string => {
  const { signal } = loss;
  if (signal === undefined) {
    const code = 'exitCode' in loss ? loss.exitCode : undefined;
    return `Worker exited prematurely: ${code === undefined ? loss.why : `exitcode ${code}`}.`;
  }
  const number = constants.signals[signal as NodeJS.Signals] as number | undefined;
  return `Worker exited prematurely: signal ${number ?? '?'} (${signal}).`;
};

/** The stack as the traceback; Python's own shape is not needed, only read by people. */
export const tracebackOf = (thrown: unknown, exception: string): string =>
  thrown instanceof Error && thrown.stack !== undefined
    ? `Traceback (most recent call last):\n${thrown.stack}\n${exception}\n`
    : `Traceback (most recent call last):\n${exception}\n`;
