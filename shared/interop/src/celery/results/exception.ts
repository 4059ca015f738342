import { isPython, py, UnencodableValueError, type PickleValue } from '../../pickle/index.ts';
import type { JsonTypes } from '../json/special-types.ts';
import { writePythonJson } from '../json/write-json.ts';
import { listOrNull, optionalText } from '../message/fields.ts';
import { exceptionRepr, pythonRepr } from '../repr/repr.ts';

/** An exception of a Python program: its class by name, and what it was made with. */
export type PythonException = {
  /** The qualified name of the class, as in `ValueError`. */
  type: string;
  /** Null when nobody says. */
  module: string | null;
  args: readonly PickleValue[];
};

/** What the result store keeps of an exception. Arguments that are no JSON become their repr. */
export const failureValue = (
  { type, module, args }: PythonException,
  types: JsonTypes = 'tagged',
): Map<string, PickleValue> =>
  new Map<string, PickleValue>([
    ['exc_type', type],
    ['exc_message', args.map((arg) => serialisable(arg, types))],
    ['exc_module', module],
  ]);

const serialisable = (arg: PickleValue, types: JsonTypes): PickleValue => {
  try {
    writePythonJson(arg, { types });
    return arg;
  } catch (error) {
    if (error instanceof UnencodableValueError) return pythonRepr(arg);
    throw error;
  }
};

/** Reads a stored exception; one of older releases may have a text for its arguments. */
export const readFailure = (value: PickleValue | undefined): PythonException | null => {
  if (!(value instanceof Map)) return null;
  const type = value.get('exc_type');
  if (typeof type !== 'string') return null;
  const message = value.get('exc_message') ?? '';
  return {
    type,
    module: optionalText(value.get('exc_module')),
    args: listOrNull(message) ?? [message],
  };
};

/** As Python's `repr` of it: `ValueError('boom', 42)`. */
export const showException = ({ type, args }: PythonException): string => exceptionRepr(type, args);

/** As the last line of its traceback: `ValueError: ('boom', 42)`, other modules' with their name. */
export const describeException = ({ type, module, args }: PythonException): string => {
  const name = module === null || module === 'builtins' ? type : `${module}.${type}`;
  const text = exceptionText(type, args);
  return text === '' ? name : `${name}: ${text}`;
};

/** As Python's `str` of it. */
export const exceptionText = (type: string, args: readonly PickleValue[]): string => {
  const [only] = args;
  if (only === undefined) return '';
  if (args.length > 1) return pythonRepr(py.tuple(args));
  if (type === 'KeyError') return pythonRepr(only);
  return typeof only === 'string' ? only : pythonRepr(only);
};

export const isException = (value: PickleValue): boolean => isPython(value, 'exception');

/** Those of Celery itself. */
export const celeryException = {
  chordError: (text: string): PythonException => ({
    type: 'ChordError',
    module: 'celery.exceptions',
    args: [text],
  }),
  revoked: (reason: string): PythonException => ({
    type: 'TaskRevokedError',
    module: 'celery.exceptions',
    args: [reason],
  }),
  notRegistered: (task: string): PythonException => ({
    type: 'NotRegistered',
    module: 'celery.exceptions',
    args: [task],
  }),
  maxRetriesExceeded: (
    task: string,
    id: string,
    args: string,
    kwargs: string,
  ): PythonException => ({
    type: 'MaxRetriesExceededError',
    module: 'celery.exceptions',
    args: [`Can't retry ${task}[${id}] args:${args} kwargs:${kwargs}`],
  }),
  reject: (reason: string | null): PythonException => ({
    type: 'Reject',
    module: 'celery.exceptions',
    args: [reason, false],
  }),
  softTimeLimit: (): PythonException => ({
    type: 'SoftTimeLimitExceeded',
    module: 'billiard.exceptions',
    args: [],
  }),
  timeLimit: (seconds: number): PythonException => ({
    type: 'TimeLimitExceeded',
    module: 'billiard.exceptions',
    args: [seconds],
  }),
  workerLost: (text: string): PythonException => ({
    type: 'WorkerLostError',
    module: 'billiard.exceptions',
    args: [text],
  }),
  encodeError: (text: string): PythonException => ({
    type: 'EncodeError',
    module: 'kombu.exceptions',
    args: [text],
  }),
} as const;
