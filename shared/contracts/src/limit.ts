import { InvalidOptionError } from '@shared/errors';

/** At most `max` jobs started within any `perMs`, spread evenly after the first burst. */
export type Rate = { max: number; perMs: number };

/** What a limit admits, over the whole fleet. */
export type LimitRule = {
  /** How many jobs run at once. */
  concurrency?: number;
  rate?: Rate;
};

/** A limit that several tasks, on any queues, share: a provider's quota, a licence's seats. */
export type Limit = LimitRule & { readonly name: string };

/** How a task's jobs are limited. All numbers hold for the whole fleet. */
export type TaskLimits = LimitRule & {
  /** Limits shared with other tasks, or the name of one that is. */
  limit?: Limit | string | readonly (Limit | string)[];
  /** For each group of the task's jobs on its own. */
  perGroup?: LimitRule;
};

const LIMIT_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/**
 * Defines a limit for tasks to share.
 *
 * @throws {InvalidOptionError}
 */
export const defineLimit = (name: string, rule: LimitRule): Limit => {
  checkLimitName(name);
  checkRule(rule);
  return { name, ...rule };
};

const checkLimitName = (name: string) => {
  if (!LIMIT_NAME.test(name)) {
    throw new InvalidOptionError(
      'limit',
      `"${name}" is no limit name`,
      'Use 1 to 100 letters, digits, "_", "." and "-".',
    );
  }
};

const checkRule = ({ concurrency, rate }: LimitRule) => {
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new InvalidOptionError('concurrency', `${concurrency} is no count`, 'Give 1 or more.');
  }
  if (rate !== undefined && !(rate.max >= 1 && rate.perMs >= 1)) {
    throw new InvalidOptionError('rate', 'it admits nothing', 'Give max and perMs from 1.');
  }
};

/** @throws {InvalidOptionError} */
export const checkTaskLimits = (limits: TaskLimits): void => {
  checkRule(limits);
  if (limits.perGroup !== undefined) checkRule(limits.perGroup);
  for (const limit of sharedLimits(limits)) checkLimitName(nameOf(limit));
};

const sharedLimits = ({ limit = [] }: TaskLimits): readonly (Limit | string)[] =>
  typeof limit === 'string' || 'name' in limit ? [limit] : limit;

const nameOf = (limit: Limit | string) => (typeof limit === 'string' ? limit : limit.name);

const isLimited = ({ concurrency, rate }: LimitRule) =>
  concurrency !== undefined || rate !== undefined;

/** The names of the limits that a task shares with others. */
export const sharedLimitNames = (limits: TaskLimits): string[] => sharedLimits(limits).map(nameOf);

/**
 * The limits one job of the task is under; a group's own is `name@group`, by the rule of `name@`.
 *
 * @param group the job's group, if it has one.
 */
export const limitsOfJob = (task: TaskLimits & { name: string }, group?: string): string[] => [
  ...(isLimited(task) ? [`task:${task.name}`] : []),
  ...(group !== undefined && task.perGroup !== undefined && isLimited(task.perGroup)
    ? [`group:${task.name}@${group}`]
    : []),
  ...sharedLimitNames(task),
];

/** The rules that a task brings along, by the name they are kept under. */
export const rulesOfTask = (task: TaskLimits & { name: string }): [string, LimitRule][] => [
  ...(isLimited(task) ? [[`task:${task.name}`, task] satisfies [string, LimitRule]] : []),
  ...(task.perGroup !== undefined && isLimited(task.perGroup)
    ? [[`group:${task.name}@`, task.perGroup] satisfies [string, LimitRule]]
    : []),
  ...sharedLimits(task).flatMap((limit): [string, LimitRule][] =>
    typeof limit === 'string' ? [] : [[limit.name, limit]],
  ),
];
