import { py, type PickleValue } from '../../pickle/index.ts';
import type { Dialect } from '../message/compose-task.ts';
import { pythonRepr } from '../repr/repr.ts';
import { failedReply } from './reply.ts';

const ok = (text: string) => ({ ok: text });

const idSet = (ids: readonly string[]) => pythonRepr(py.set([...new Set(ids)]));

const valueError = (text: string) =>
  failedReply({ type: 'ValueError', module: 'builtins', args: [text] });

const NOT_WITH_AUTOSCALE = (method: string) => ({
  error: `${method} is not supported with autoscale. Adjust autoscale range instead.`,
});

/** The texts that Celery's workers answer commands with; its tools show them as they are. */
export const controlAnswer = {
  pong: () => ok('pong'),
  revoked: (ids: readonly string[], dialect: Dialect = '5.6') =>
    ok(`tasks ${dialect === '5.2' ? ids.join(', ') : idSet(ids)} flagged as revoked`),
  terminated: (ids: readonly string[]) =>
    ok(ids.length === 0 ? 'terminate: tasks unknown' : `terminate: ${ids.join(', ')}`),
  /** `headers` as they came in: a dict, or a list of `name=value`. */
  headersRevoked: (headers: PickleValue) =>
    ok(`headers ${pythonRepr(headers)} flagged as revoked, but not terminated`),
  headersNotTerminated: (headers: PickleValue) =>
    ok(`headers ${pythonRepr(headers)} were not terminated`),
  /** The stamps, each with the values that ended something. */
  headersTerminated: (stamps: PickleValue) => ok(`headers ${pythonRepr(stamps)} revoked`),
  rateLimitSet: () => ok('new rate limit set successfully'),
  rateLimitOff: () => ok('rate limit disabled successfully'),
  /** `cause` is the repr of what Python raised on it. */
  rateLimitInvalid: (cause: string) => ({ error: `Invalid rate limit string: ${cause}` }),
  unknownTask: () => ({ error: 'unknown task' }),
  timeLimitsSet: () => ok('time limits set successfully'),
  poolGrow: () => ok('pool will grow'),
  poolShrink: () => ok('pool will shrink'),
  poolGrowWithAutoscale: () => NOT_WITH_AUTOSCALE('pool_grow'),
  poolShrinkWithAutoscale: () => NOT_WITH_AUTOSCALE('pool_shrink'),
  autoscale: (max: number, min: number) => ok(`autoscale now max=${max} min=${min}`),
  autoscaleOff: () => valueError('Autoscale not enabled'),
  poolRestart: () => ok('reload started'),
  poolRestartOff: () => valueError('Pool restarts not enabled'),
  consumerAdded: (queue: string) => ok(`add consumer ${queue}`),
  consumerCancelled: (queue: string) => ok(`no longer consuming from ${queue}`),
  eventsEnabled: (wereOn: boolean) => ok(`task events ${wereOn ? 'already ' : ''}enabled`),
  eventsDisabled: (wereOff: boolean) => ok(`task events ${wereOff ? 'already ' : ''}disabled`),
  clock: (clock: number) => ({ clock }),
  report: (text: string) => ok(text),
} as const;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

export type RateLimit =
  { ok: true; perSecond: number | null } | { ok: false; answer: { error: string } };

/** `10/s`, `10/m`, `10/h`, a number per second; 0, null or empty for none. */
export const readRateLimit = (value: PickleValue | undefined): RateLimit => {
  if (value === null || value === undefined || value === '' || value === 0) {
    return { ok: true, perSecond: null };
  }
  if (typeof value === 'number' && value > 0) return { ok: true, perSecond: value };
  if (typeof value !== 'string') return invalidRate('could not convert it to float');
  const [count = '', unit = 's', ...more] = value.split('/');
  const number = Number(count.trim());
  if (more.length > 0 || count.trim() === '' || !Number.isFinite(number)) {
    return invalidRate(`could not convert string to float: ${pythonRepr(count)}`);
  }
  const seconds = UNITS[unit.trim() === '' ? 's' : unit.trim()];
  if (seconds === undefined)
    return { ok: false, answer: controlAnswer.rateLimitInvalid(`KeyError(${pythonRepr(unit)})`) };
  return { ok: true, perSecond: number === 0 ? null : number / seconds };
};

const invalidRate = (text: string): RateLimit => ({
  ok: false,
  answer: controlAnswer.rateLimitInvalid(`ValueError(${pythonRepr(text)})`),
});
