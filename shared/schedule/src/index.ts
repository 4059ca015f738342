export {
  type CatchUp,
  defineEntry,
  defineSchedule,
  type EntryOptions,
  type ScheduleEntry,
} from './entry.ts';
export { everySecond } from './every-second.ts';
export { createLease, type Lease } from './lease.ts';
export { createLedger, type Ledger } from './ledger.ts';
export { dueTick, nextTick, tickId } from './tick.ts';
export type { TimeRule, When } from './time-rule.ts';
