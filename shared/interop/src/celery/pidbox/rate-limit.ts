import type { PickleValue } from '../../pickle/index.ts';
import { optionalNumber } from '../message/fields.ts';
import { pythonRepr } from '../repr/repr.ts';
import { controlAnswer } from './answers.ts';
import { failedReply } from './reply.ts';

/** How often a task may start; null for as often as it likes. */
export type RateLimit = {
  perSecond: number | null;
  /** As whoever set it wrote it; null where nobody did. */
  shown: string | null;
};

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Reads `10/s`, `10/m`, `10/h` or a number per second, as Celery's `rate` does; 0, null and empty text are no
 * limit. A limit that cannot be read is refused with what Celery answers, whose check lets one of its own
 * errors pass.
 */
export const readRateLimit = (
  value: PickleValue,
): ({ ok: true } & RateLimit) | { ok: false; answer: { error: string } } => {
  if (typeof value !== 'string') {
    const perSecond = optionalNumber(value);
    const shown = value === null ? null : pythonRepr(value);
    return { ok: true, perSecond: limitOf(perSecond ?? 0), shown };
  }
  if (value === '') return { ok: true, perSecond: null, shown: '' };
  const [count = '', ...rest] = value.split('/');
  const unit = rest.join('/');
  const seconds = SECONDS[unit === '' ? 's' : unit];
  if (seconds === undefined) return { ok: false, answer: keyError(unit) };
  const number = floatOf(count);
  if (number === undefined) {
    const cause = pythonRepr(`could not convert string to float: ${pythonRepr(count)}`);
    return { ok: false, answer: controlAnswer.rateLimitInvalid(`ValueError(${cause})`) };
  }
  return { ok: true, perSecond: limitOf(number / seconds), shown: value };
};

/** Nothing may start by a limit below 0 in Celery, for ever: that cannot be meant. */
const limitOf = (perSecond: number) =>
  perSecond > 0 && Number.isFinite(perSecond) ? perSecond : null;

const keyError = (key: string) =>
  failedReply({ type: 'KeyError', module: 'builtins', args: [key] });

const FLOAT = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/i;

/** As Python's `float` reads a text. */
const floatOf = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (FLOAT.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  return /^[+-]?(inf|infinity|nan)$/i.test(trimmed) ? Infinity : undefined;
};
