import type { PyComplex, PyDecimal, PyFloat, PyFraction, PyRange } from './numbers.ts';
import type { PYTHON } from './python.ts';
import type { PyTimedelta } from './timedelta.ts';
import type { PyDate, PyDatetime, PyTime } from './times.ts';
import type { PyUuid } from './uuid.ts';
import type { PyZone } from './zones.ts';

/**
 * What a pickle holds. Reading and writing it again gives Python the same value.
 *
 * | Python | here |
 * | --- | --- |
 * | None, bool, str | null, boolean, string |
 * | int | number while it is safe (±(2⁵³−1)), else bigint |
 * | float | number, unless that would read as an int: then `py.float(1)` |
 * | bytes | Uint8Array |
 * | list | array |
 * | dict with only str keys | Map; any other dict is a `PyDict` |
 * | everything else | an object of `py` (`py.tuple`, `py.set`, `py.datetime`, …) |
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<string, PickleValue>
  | PyValue;

/** The Python types that JavaScript has no counterpart for. */
export type PyValue =
  | PyBytearray
  | PyComplex
  | PyCounter
  | PyDate
  | PyDatetime
  | PyDecimal
  | PyDefaultDict
  | PyDeque
  | PyDict
  | PyException
  | PyFloat
  | PyFraction
  | PyFrozenset
  | PyOpaque
  | PyOrderedDict
  | PyRange
  | PySet
  | PyTime
  | PyTimedelta
  | PyTuple
  | PyUuid
  | PyZone;

export type PyTuple = { readonly [PYTHON]: 'tuple'; readonly items: readonly PickleValue[] };

export type PyBytearray = { readonly [PYTHON]: 'bytearray'; readonly bytes: Uint8Array };

/**
 * Members in the order Python wrote them, each once. Not a JavaScript Set: that would hash numbers
 * without a seed, and 65 000 chosen ones would keep the process busy for half a minute.
 */
export type PySet = { readonly [PYTHON]: 'set'; readonly items: readonly PickleValue[] };

export type PyFrozenset = {
  readonly [PYTHON]: 'frozenset';
  readonly items: readonly PickleValue[];
};

/** A dict with a key that is no str, in order; no two keys are equal in Python's sense (1, 1.0, True). */
export type PyDict = {
  readonly [PYTHON]: 'dict';
  readonly entries: readonly (readonly [PickleValue, PickleValue])[];
};

/** Any dict. */
export type DictValue = Map<string, PickleValue> | PyDict;

export type PyOrderedDict = { readonly [PYTHON]: 'ordered_dict'; readonly dict: DictValue };

/** `factory` is the name of a builtin class, as in `int` or `list`. */
export type PyDefaultDict = {
  readonly [PYTHON]: 'default_dict';
  readonly factory: string | null;
  readonly dict: DictValue;
};

export type PyCounter = { readonly [PYTHON]: 'counter'; readonly dict: DictValue };

export type PyDeque = {
  readonly [PYTHON]: 'deque';
  readonly items: readonly PickleValue[];
  readonly maxLength: number | null;
};

/** An exception as data: its class by name, and what it was made with. */
export type PyException = {
  readonly [PYTHON]: 'exception';
  readonly module: string;
  readonly name: string;
  readonly args: PyTuple;
  /** Attributes set afterwards, such as `__notes__`; null when there are none. */
  readonly state: DictValue | null;
};

/**
 * Something of a class or function that is not on our list, read with `unknownGlobals: 'keep'`. It can
 * be shown to people; it cannot be written back.
 */
export type PyOpaque = {
  readonly [PYTHON]: 'opaque';
  readonly module: string;
  readonly name: string;
  /** Absent for the class or function itself, as opposed to something made by calling it. */
  readonly args?: PyTuple;
  readonly kwargs?: PickleValue;
  readonly state?: PickleValue;
  /** What a subclass of list, set or deque holds. */
  readonly items?: readonly PickleValue[];
  /** What a subclass of dict holds. */
  readonly entries?: readonly (readonly [PickleValue, PickleValue])[];
};
