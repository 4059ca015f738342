import type { AttemptError } from '@shared/contracts';
import { UnknownTaskError } from '@shared/errors';
import { isPython, type PickleValue } from '../pickle/index.ts';
import { pythonRepr } from '../celery/repr/repr.ts';
import { PythonError } from '../tasks/python-error.ts';
import { PythonTypeError } from '../tasks/python-type-error.ts';

/** RQ's own words, which its users and their scripts know. */
export const rqTexts = {
  stopped: 'Job stopped by user, work-horse terminated.',
  killed: 'Work-horse terminated unexpectedly; waitpid returned 9 (signal 9); ',
  stuck: 'Job was stuck in intermediate queue.',
  unserializable: 'Unserializable return value',
  abandoned: (at: Date) =>
    `Moved to FailedJobRegistry, due to AbandonedJobError, at ${at.toISOString().replace('T', ' ').replace('Z', '000+00:00')}`,
  timeout: (seconds: number) =>
    `rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (${seconds} seconds)`,
  noFunction: (name: string) => `ValueError: Invalid attribute name: ${name}`,
} as const;

/** What RQ's own worker would have raised, where it has a class for it. */
export const asPython = (thrown: unknown, name: string): unknown =>
  thrown instanceof UnknownTaskError
    ? new PythonError('ValueError', [`Invalid attribute name: ${name}`])
    : thrown;

/** What stands in a result for a failure: where it happened, then what, as a traceback has it. */
export const failureText = (
  thrown: unknown,
  { code }: Pick<AttemptError, 'code'>,
  { name, timeout }: { name: string; timeout: number },
): string => {
  if (code === 'timeout') return traceback(thrown, rqTexts.timeout(timeout));
  if (code === 'abandoned') return rqTexts.abandoned(new Date());
  if (code === 'crashed' || code === 'killed') return `${rqTexts.killed}\n${messageOf(thrown)}`;
  if (thrown instanceof UnknownTaskError) return traceback(thrown, rqTexts.noFunction(name));
  return traceback(thrown, lastLine(thrown));
};

const traceback = (thrown: unknown, last: string): string => {
  const frames = framesOf(thrown);
  const cause = thrown instanceof Error && thrown.cause !== undefined ? causeOf(thrown.cause) : '';
  return `${cause}Traceback (most recent call last):\n${frames}${last}\n`;
};

const causeOf = (cause: unknown): string =>
  `${framesOf(cause)}${lastLine(cause)}\n\nThe above exception was the direct cause of the following exception:\n\n`;

/** Innermost last, as Python has it. */
const framesOf = (thrown: unknown): string => {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .reverse()
    .map((line) => `  ${line.trim()}\n`)
    .join('');
};

/** `ValueError: no such user`; a class of a module with its module before it. */
const lastLine = (thrown: unknown): string => {
  if (isPython(thrown, 'exception')) {
    return exceptionLine(thrown.module, thrown.name, thrown.args.items);
  }
  if (thrown instanceof PythonError) {
    return exceptionLine(thrown.pythonModule, thrown.pythonClass, thrown.args);
  }
  if (thrown instanceof PythonTypeError) return `TypeError: ${thrown.python}`;
  if (!(thrown instanceof Error)) return `Exception: ${messageOf(thrown)}`;
  return `${thrown.name}: ${thrown.message}`;
};

/** As Python's `traceback` ends: one argument as text, several as a tuple. */
const exceptionLine = (module: string, name: string, args: readonly unknown[]): string => {
  const label = module === 'builtins' ? name : `${module}.${name}`;
  const [first] = args;
  if (args.length === 0) return label;
  if (args.length === 1 && name !== 'KeyError') {
    return `${label}: ${typeof first === 'string' ? first : repr(first)}`;
  }
  const shown = args.map(repr).join(', ');
  return `${label}: ${args.length === 1 ? shown : `(${shown})`}`;
};

const repr = (value: unknown): string => {
  try {
    return pythonRepr(value as PickleValue);
  } catch {
    return String(value);
  }
};

const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
