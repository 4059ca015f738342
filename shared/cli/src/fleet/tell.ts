import type { CommandResults, FleetCommand, WorkerSettings } from '@shared/queue';
import { UsageError } from '../errors/usage-error.ts';
import { readDuration, readWhole } from '../values.ts';
import { parseRange } from './parse-range.ts';

/** What `taskyard control` tells workers, by its first word; the second one is the value. */
type Teller = (value: string | undefined) => FleetCommand;

const required = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new UsageError(`${what} is missing`, 'control');
  return value;
};

const none = (value: string | undefined): void => {
  if (value !== undefined) throw new UsageError(`"${value}" is one argument too many`, 'control');
};

const slots = (value: string | undefined): number => readWhole('slots', required(value, '<slots>'));

export const tellers: Readonly<Record<string, Teller>> = {
  pause: (value) => {
    none(value);
    return { name: 'pause' };
  },
  resume: (value) => {
    none(value);
    return { name: 'resume' };
  },
  grow: (value) => ({ name: 'grow', by: slots(value ?? '1') }),
  shrink: (value) => ({ name: 'shrink', by: slots(value ?? '1') }),
  concurrency: (value) => ({ name: 'concurrency', to: slots(value) }),
  autoscale: (value) => {
    const wanted = required(value, '<max,min>');
    const range = wanted === 'off' ? null : parseRange(wanted, 'control');
    return { name: 'autoscale', range };
  },
  shutdown: (value) => ({
    name: 'shutdown',
    ...(value === undefined ? {} : { graceMs: readDuration('grace', value) }),
  }),
};

/** What workers answer to any of these. */
export type Told = WorkerSettings | CommandResults['shutdown'];

/** The answer as one cell. */
export const told = (answer: Told): string => {
  if ('graceMs' in answer) {
    return `shuts down; ${answer.running} running jobs have ${answer.graceMs} ms`;
  }
  const { paused, concurrency, autoscale } = answer;
  const range = autoscale === null ? '' : `, ${autoscale.min} to ${autoscale.max}`;
  return `${paused ? 'paused' : 'takes jobs'}, ${concurrency} slots${range}`;
};
