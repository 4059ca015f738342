import type { PYTHON } from '../values/python.ts';
import type { PickleValue, PyTuple } from '../values/value.ts';
import type { Identity } from '../identity.ts';
import type { Budget } from './budget.ts';

/**
 * What the machine works on. Lists and tuples are final from the start; a dict or a set is a draft until
 * the whole pickle is read, because only then is it known what it holds.
 */
export type Raw = PickleValue | DictDraft | SetDraft | GlobalRef;

/** Which Python class a draft becomes. */
export type DictClass =
  { kind: 'dict' | 'ordered_dict' | 'counter' } | { kind: 'default_dict'; factory: string | null };

export type DictDraft = {
  readonly [PYTHON]: 'dict draft';
  readonly becomes: DictClass;
  /** The entries while all keys are str. */
  readonly strings: Map<string, PickleValue>;
  /** All entries as soon as one key is not, by the key's number. */
  others?: Map<number, [key: PickleValue, value: PickleValue]>;
};

export type SetDraft = {
  readonly [PYTHON]: 'set draft';
  readonly items: PickleValue[];
  readonly ids: Set<number>;
};

/** A class or function of the list, on its way to being called. It is never part of a value. */
export type GlobalRef = {
  readonly [PYTHON]: 'global';
  readonly module: string;
  readonly name: string;
  readonly allowed: AllowedGlobal;
};

/** What the reader does with a class or function of the list. Nothing of it runs Python. */
export type AllowedGlobal = {
  /**
   * Makes the value that calling it with these arguments would; without it, it may not be called. `tuple`
   * holds the same arguments.
   */
  call?: (args: readonly Raw[], tools: Tools, tuple: PyTuple) => Raw;
  /** Makes the value that `cls.__new__(cls)` would, to be given its state afterwards. */
  create?: () => Raw;
  /** Whether any values are fine as arguments, those of unknown classes included. */
  takesAnything?: boolean;
};

export type Tools = {
  readonly budget: Budget;
  readonly identity: Identity;
};
