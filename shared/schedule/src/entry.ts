import {
  type AnyTask,
  checkPolicy,
  parsePayload,
  priorityNumber,
  type Task,
} from '@shared/contracts';
import { InvalidScheduleError } from '@shared/errors';
import type { EnqueueOptions } from '@shared/queue';
import { nextTick } from './tick.ts';
import { isBusy, type TimeRule, timeRule, type When } from './time-rule.ts';

/** What a tick's job is enqueued with; its id, time and origin are the tick's own. */
export type EntryOptions = Omit<EnqueueOptions, 'id' | 'at' | 'delayMs' | 'origin' | 'traceParent'>;

/** Whether the newest tick that nobody was there to see is enqueued late, or left out. */
export type CatchUp = 'none' | 'last';

/** A task with its time rule. */
export type ScheduleEntry = {
  readonly name: string;
  readonly task: AnyTask;
  readonly payload: unknown;
  readonly rule: TimeRule;
  readonly options: EntryOptions;
  readonly catchUp: CatchUp;
};

const NAME = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * Defines a schedule entry.
 *
 * @param definition.name letters, digits, `-` and `_`; part of the ids of its jobs. Unique.
 * @param definition.cron see `parseCron`; local times of `timeZone`, which is UTC unless told.
 * @param definition.everyMs whole seconds. Ticks fall on the multiples of it since 1970-01-01T00:00Z, so
 *   that all beats agree on them.
 * @param definition.catchUp 'last' unless told for entries that do not tick in every hour, such as
 *   daily ones; 'none' for the busier ones, whose next tick is near.
 * @throws {InvalidScheduleError} for a name, a time rule or a zone that does not hold.
 * @throws {InvalidPayloadError} the payload does not fit the task's contract.
 * @throws {InvalidOptionError} an enqueue option is out of range.
 */
export const defineEntry = <Input, Payload, Result>(
  definition: {
    name: string;
    task: Task<Input, Payload, Result>;
    payload: NoInfer<Input>;
    options?: EntryOptions;
    catchUp?: CatchUp;
  } & When,
): ScheduleEntry => {
  const { name, task, payload, options = {} } = definition;
  checkName(name);
  const rule = timeRule(name, definition);
  parsePayload(task, payload);
  checkPolicy(options);
  priorityNumber(options.priority);
  nextTick({ name, rule }, new Date());
  return {
    name,
    task,
    payload,
    rule,
    options,
    catchUp: definition.catchUp ?? (isBusy(rule) ? 'none' : 'last'),
  };
};

/**
 * @returns the entries, as they are.
 * @throws {InvalidScheduleError} two of them have one name.
 */
export const defineSchedule = (entries: readonly ScheduleEntry[]): readonly ScheduleEntry[] => {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return entries;
  throw new InvalidScheduleError(twice, 'name', {
    why: 'is the name of two entries, which would share their ticks',
    fix: 'Rename one of them.',
  });
};

const checkName = (name: string) => {
  if (NAME.test(name)) return;
  throw new InvalidScheduleError(name, 'name', {
    why: 'does not fit into a job id',
    fix: 'Use 1 to 100 letters, digits, "-" and "_".',
  });
};
