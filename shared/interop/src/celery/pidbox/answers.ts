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
  headersRevoked: (headers: PickleValue) =>
    ok(`headers ${pythonRepr(headers)} flagged as revoked, but not terminated`),
  headersNotTerminated: (headers: PickleValue) =>
    ok(`headers ${pythonRepr(headers)} were not terminated`),
  /** The stamps, each with the values that ended something. */
  headersTerminated: (stamps: PickleValue) =>
    ok(`headers defaultdict(<class 'set'>, ${pythonRepr(stamps)}) revoked`),
  rateLimitSet: () => ok('new rate limit set successfully'),
  rateLimitOff: () => ok('rate limit disabled successfully'),
  /** `cause` is the repr of what Python raised on it. */
  rateLimitInvalid: (cause: string) => ({ error: `Invalid rate limit string: ${cause}` }),
  unknownTask: () => ({ error: 'unknown task' }),
  timeLimitsSet: () => ok('time limits set successfully'),
  poolGrow: () => ok('pool will grow'),
  poolShrink: () => ok('pool will shrink'),
  poolBusy: () => valueError("Can't shrink pool. All processes busy!"),
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
