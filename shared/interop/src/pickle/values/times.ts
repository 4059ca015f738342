import { PYTHON } from './python.ts';
import type { PyZone } from './zones.ts';

/** `month` and `day` count from 1. */
export type PyDate = {
  readonly [PYTHON]: 'date';
  readonly year: number;
  readonly month: number;
  readonly day: number;
};

type Clock = {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** 1 for the second of two equal readings of the clock, when it is set back. */
  readonly fold: 0 | 1;
  /** Null for a naive time, of which nobody says where it is meant. */
  readonly zone: PyZone | null;
};

export type PyTime = { readonly [PYTHON]: 'time' } & Clock;

export type PyDatetime = {
  readonly [PYTHON]: 'datetime';
  readonly year: number;
  readonly month: number;
  readonly day: number;
} & Clock;

const MIDNIGHT = { hour: 0, minute: 0, second: 0, microsecond: 0, fold: 0, zone: null } as const;

export const date = (fields: { year: number; month: number; day: number }): PyDate => ({
  [PYTHON]: 'date',
  ...fields,
});

export const time = (fields: Partial<Clock>): PyTime => ({
  [PYTHON]: 'time',
  ...MIDNIGHT,
  ...fields,
});

export const datetime = (
  fields: { year: number; month: number; day: number } & Partial<Clock>,
): PyDatetime => ({ [PYTHON]: 'datetime', ...MIDNIGHT, ...fields });

/** What is wrong with it, or undefined. */
export const dateProblem = ({ year, month, day }: Omit<PyDate, typeof PYTHON>) =>
  within(year, 1, 9999) && within(month, 1, 12) && within(day, 1, daysIn(year, month))
    ? undefined
    : 'there is no such day';

/** What is wrong with it, or undefined. */
export const clockProblem = ({ hour, minute, second, microsecond, fold }: Clock) =>
  within(hour, 0, 23) &&
  within(minute, 0, 59) &&
  within(second, 0, 59) &&
  within(microsecond, 0, 999_999) &&
  within(fold, 0, 1)
    ? undefined
    : 'there is no such time of day';

const within = (value: number, min: number, max: number) =>
  Number.isInteger(value) && value >= min && value <= max;

const daysIn = (year: number, month: number) => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};
