import { InvalidPickleError } from '../../errors/invalid-pickle-error.ts';
import { hasKind } from '../../values/python.ts';
import type { Raw } from '../raw.ts';

/** The refusal of a call that CPython's own pickler never writes. */
export const wrongArguments = (callee: string) =>
  new InvalidPickleError(`${callee} is called with arguments that are not its own`);

export const isInt = (value: Raw | undefined): value is number | bigint =>
  typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0));

/** An int that a number holds exactly. */
export const isSmallInt = (value: Raw | undefined): value is number =>
  typeof value === 'number' && isInt(value);

/** A float, or an int where Python takes one. */
export const asFloat = (value: Raw | undefined): number | undefined => {
  if (typeof value === 'number') return value;
  return value !== undefined && hasKind(value, 'float') ? value.value : undefined;
};
