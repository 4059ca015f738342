import { InvalidOptionError } from '@shared/errors';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * `500ms`, `10s`, `5m`, `2h` or `1d` in ms; a bare number is ms already.
 *
 * @throws {InvalidOptionError}
 */
export const readDuration = (option: string, text: string): number => {
  const [, amount, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (amount === undefined) {
    throw refused(option, text, 'no time', 'Give a number with ms, s, m, h or d, as in 10s.');
  }
  return Math.round(Number(amount) * (UNIT_MS[unit] ?? 1));
};

/** @throws {InvalidOptionError} */
export const readWhole = (option: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw refused(option, text, 'no whole number', 'Give digits only.');
  return Number(text);
};

/** @throws {InvalidOptionError} */
export const readDate = (option: string, text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(text)) {
    throw refused(option, text, 'no date', 'Give an ISO date, as in 2030-01-31T09:00:00Z.');
  }
  return date;
};

/**
 * A date, or a time span before now.
 *
 * @throws {InvalidOptionError}
 */
export const readMoment = (option: string, text: string): Date =>
  /^\d{4}-/.test(text) ? readDate(option, text) : new Date(Date.now() - readDuration(option, text));

const refused = (option: string, text: string, what: string, fix: string) =>
  new InvalidOptionError(option, `"${text}" is ${what}`, fix);
