import { PYTHON } from './python.ts';

/** A Python float that a JavaScript number could not tell from an int, such as 1.0. */
export type PyFloat = { readonly [PYTHON]: 'float'; readonly value: number };

export type PyComplex = {
  readonly [PYTHON]: 'complex';
  readonly real: number;
  readonly imag: number;
};

/** `text` as Python prints it: `-1.10`, `1E+50`, `NaN`. */
export type PyDecimal = { readonly [PYTHON]: 'decimal'; readonly text: string };

export type PyFraction = {
  readonly [PYTHON]: 'fraction';
  readonly numerator: number | bigint;
  readonly denominator: number | bigint;
};

export type PyRange = {
  readonly [PYTHON]: 'range';
  readonly start: number | bigint;
  readonly stop: number | bigint;
  readonly step: number | bigint;
};

export const float = (value: number): PyFloat => ({ [PYTHON]: 'float', value });

export const complex = (real: number, imag: number): PyComplex => ({
  [PYTHON]: 'complex',
  real,
  imag,
});

export const decimal = (text: string): PyDecimal => ({ [PYTHON]: 'decimal', text });

export const fraction = (numerator: number | bigint, denominator: number | bigint): PyFraction => ({
  [PYTHON]: 'fraction',
  numerator,
  denominator,
});

export const range = (
  start: number | bigint,
  stop: number | bigint,
  step: number | bigint = 1,
): PyRange => ({ [PYTHON]: 'range', start, stop, step });

/** Whether a JavaScript number counts as a Python int. −0 does not: only a float has it. */
export const isIntNumber = (value: number): boolean =>
  Number.isSafeInteger(value) && !Object.is(value, -0);

/** A Python float in the form `PickleValue` gives it. */
export const floatValue = (value: number): number | PyFloat =>
  isIntNumber(value) ? float(value) : value;

/** A Python int in the form `PickleValue` gives it. */
export const intValue = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

// From the grammar in Python's Lib/_pydecimal.py; `i` because "nan" and "1e5" are read as well.
const DECIMAL = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:E[+-]?\d{1,18})?|Inf(?:inity)?|s?NaN\d*)$/i;

export const isDecimalText = (text: string): boolean => DECIMAL.test(text);
