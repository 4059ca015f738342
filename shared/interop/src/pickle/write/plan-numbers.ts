import { floatValue, isDecimalText, isIntNumber } from '../values/numbers.ts';
import { isUuidText } from '../values/uuid.ts';
import { called, check, global, leaf, type PlansOf } from './plan.ts';
import { writeFloat } from './scalars.ts';

const BYTEARRAY = global('builtins', 'bytearray');
const COMPLEX = global('builtins', 'complex');
const DECIMAL = global('decimal', 'Decimal');
const FRACTION = global('fractions', 'Fraction');
const RANGE = global('builtins', 'range');
const UUID = global('uuid', 'UUID');

/** How numbers and other small values are written. */
export const numberPlans: PlansOf<
  'bytearray' | 'complex' | 'decimal' | 'float' | 'fraction' | 'range' | 'uuid'
> = {
  bytearray: ({ bytes }) => called(BYTEARRAY, [bytes]),
  complex: ({ real, imag }) => called(COMPLEX, [floatValue(real), floatValue(imag)]),
  decimal: ({ text }, tools) => {
    check(isDecimalText(text) ? undefined : 'it is not the text of a Decimal', tools);
    return called(DECIMAL, [text]);
  },
  float: ({ value }) => leaf((out) => writeFloat(out, value)),
  fraction: ({ numerator, denominator }, tools) => {
    check(denominator > 0 ? intsProblem([numerator, denominator]) : NOT_POSITIVE, tools);
    return called(FRACTION, [numerator, denominator]);
  },
  range: ({ start, stop, step }, tools) => {
    check(Number(step) === 0 ? 'its step is 0' : intsProblem([start, stop, step]), tools);
    return called(RANGE, [start, stop, step]);
  },
  uuid: ({ text }, tools) => {
    check(isUuidText(text) ? undefined : 'it is not the text of a UUID', tools);
    return called(UUID, [text]);
  },
};

const NOT_POSITIVE = 'its denominator is not positive';

const intsProblem = (values: readonly (number | bigint)[]) =>
  values.every((value) => typeof value === 'bigint' || isIntNumber(value))
    ? undefined
    : 'its numbers are not all ints';
