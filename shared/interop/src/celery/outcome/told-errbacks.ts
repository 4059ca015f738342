import { createHash } from 'node:crypto';
import type { PickleValue } from '../../pickle/index.ts';
import type { Signature } from '../canvas/signature.ts';
import { writePythonJson } from '../json/write-json.ts';
import { listOrNull } from '../message/fields.ts';

/**
 * Celery links the errbacks of a chord to the bodies of chords in its header too, and leaves the chord
 * around a failed one waiting for ever. Ours fails with it; so that nobody is told twice, the failure of the
 * inner body says which errbacks were. Python's workers do not look at the key.
 */
const KEY = 'taskyard_told';

export const withTold = (
  failure: ReadonlyMap<string, PickleValue>,
  errbacks: readonly Signature[],
): Map<string, PickleValue> =>
  errbacks.length === 0 ? new Map(failure) : new Map([...failure, [KEY, errbacks.map(mark)]]);

/** The errbacks that the failure has not been told to. */
export const untold = (
  errbacks: readonly Signature[],
  failure: PickleValue | undefined,
): Signature[] => {
  const told = listOrNull(failure instanceof Map ? failure.get(KEY) : undefined) ?? [];
  return errbacks.filter((errback) => !told.includes(mark(errback)));
};

const mark = (errback: Signature): string =>
  createHash('sha256').update(writePythonJson(errback)).digest('base64url').slice(0, 16);
