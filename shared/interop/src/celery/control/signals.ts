import { constants } from 'node:os';
import type { PickleValue } from '../../pickle/index.ts';
import type { PythonException } from '../results/exception.ts';

/** A signal that a command names, or what Python raises on the name. */
export type NamedSignal = { name: NodeJS.Signals } | { raised: PythonException };

/** As Celery's `signum` reads it: a name in capitals, with or without SIG, or a number; SIGTERM unless told. */
export const signalOf = (value: PickleValue | undefined): NamedSignal => {
  if (value === undefined || value === null || value === '') return { name: 'SIGTERM' };
  if (typeof value === 'number') {
    const numbered = NAMES.find((name) => constants.signals[name] === value);
    return numbered === undefined
      ? raised('ValueError', 'signal number out of range')
      : { name: numbered };
  }
  if (typeof value !== 'string' || value !== value.toUpperCase() || !/[A-Z]/.test(value)) {
    return raised('TypeError', 'signal name must be uppercase string.');
  }
  const full = value.startsWith('SIG') ? value : `SIG${value}`;
  const name = NAMES.find((known) => known === full);
  return name === undefined
    ? raised('AttributeError', `module 'signal' has no attribute '${full}'`)
    : { name };
};

// `keyof` of an object that Node filled; its keys are no others.
const NAMES = Object.keys(constants.signals) as NodeJS.Signals[];

const raised = (type: string, text: string): NamedSignal => ({
  raised: { type, module: 'builtins', args: [text] },
});
