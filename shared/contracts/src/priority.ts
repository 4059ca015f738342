import { InvalidOptionError } from '@shared/errors';

/** The named priorities; 0 runs first, 9 last. RabbitMQ and Celery's other brokers count the other way. */
export const PRIORITIES = { critical: 0, high: 2, default: 5, low: 8 } as const;

export type PriorityName = keyof typeof PRIORITIES;
export type Priority = PriorityName | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** @throws {InvalidOptionError} for anything but a name or 0–9. */
export const priorityNumber = (priority: Priority = 'default'): number => {
  const number =
    typeof priority === 'string' && Object.hasOwn(PRIORITIES, priority)
      ? PRIORITIES[priority]
      : priority;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 9) {
    return number;
  }
  throw new InvalidOptionError(
    'priority',
    `${JSON.stringify(priority)} is no priority`,
    `Use ${Object.keys(PRIORITIES).join(', ')}, or a whole number from 0 (first) to 9.`,
  );
};
