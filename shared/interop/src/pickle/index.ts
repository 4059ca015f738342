export { ForbiddenGlobalError } from './errors/forbidden-global-error.ts';
export { InvalidPickleError } from './errors/invalid-pickle-error.ts';
export { PickleLimitError } from './errors/pickle-limit-error.ts';
export { UnencodableValueError } from './errors/unencodable-value-error.ts';
export { toJs } from './js/to-js.ts';
export { decodePickle, type DecodeOptions } from './read/decode-pickle.ts';
export type { PickleLimits } from './limits.ts';
export { isPython, py } from './values/py.ts';
export type { PyComplex, PyDecimal, PyFloat, PyFraction, PyRange } from './values/numbers.ts';
export type { PyTimedelta } from './values/timedelta.ts';
export type { PyDate, PyDatetime, PyTime } from './values/times.ts';
export type { PyUuid } from './values/uuid.ts';
export type {
  DictValue,
  PickleValue,
  PyBytearray,
  PyCounter,
  PyDefaultDict,
  PyDeque,
  PyDict,
  PyException,
  PyFrozenset,
  PyOpaque,
  PyOrderedDict,
  PySet,
  PyTuple,
  PyValue,
} from './values/value.ts';
export type { PyTimezone, PyZone, PyZoneInfo } from './values/zones.ts';
export { encodePickle, type EncodeOptions } from './write/encode-pickle.ts';
