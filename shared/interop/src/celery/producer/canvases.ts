import { InvalidOptionError } from '@shared/errors';
import { pipe } from '../canvas/pipe.ts';
import { makeChord, makeGroup, type Signature } from '../canvas/signature.ts';

/**
 * One after another, each given the result of the one before; a group before anything becomes a chord.
 *
 * @throws {InvalidOptionError} without any.
 */
export const chain = (...signatures: readonly Signature[]): Signature => {
  const [first, ...others] = signatures;
  if (first === undefined) {
    throw new InvalidOptionError('signatures', 'a chain has no steps', 'Give it one at least.');
  }
  return others.reduce(pipe, first);
};

/** Side by side; their results are a list. */
export const group = (...signatures: readonly Signature[]): Signature => makeGroup(signatures);

/** Side by side, and then `body`, given the list of their results. */
export const chord = (header: readonly Signature[], body: Signature): Signature =>
  makeChord(header, body);
