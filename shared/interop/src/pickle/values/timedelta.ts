import { PYTHON } from './python.ts';

/** In Python's normal form: 0 ≤ seconds < 86 400 and 0 ≤ microseconds < 10⁶; only `days` is negative. */
export type PyTimedelta = {
  readonly [PYTHON]: 'timedelta';
  readonly days: number;
  readonly seconds: number;
  readonly microseconds: number;
};

/** Any amounts of whole numbers; they are brought into Python's normal form. */
export const timedelta = (amounts: {
  days?: number;
  seconds?: number;
  microseconds?: number;
}): PyTimedelta => {
  const { days = 0, seconds = 0, microseconds = 0 } = amounts;
  const allSeconds = seconds + Math.floor(microseconds / 1_000_000);
  return {
    [PYTHON]: 'timedelta',
    days: days + Math.floor(allSeconds / 86_400),
    seconds: modulo(allSeconds, 86_400),
    microseconds: modulo(microseconds, 1_000_000),
  };
};

// `%` alone follows the sign of the dividend and can give −0.
const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** What is wrong with it, or undefined. */
export const timedeltaProblem = ({ days, seconds, microseconds }: PyTimedelta) =>
  within(days, -999_999_999, 999_999_999) &&
  within(seconds, 0, 86_399) &&
  within(microseconds, 0, 999_999)
    ? undefined
    : 'a timedelta holds whole numbers, and at most 999999999 days';

const within = (value: number, min: number, max: number) =>
  Number.isInteger(value) && value >= min && value <= max;
