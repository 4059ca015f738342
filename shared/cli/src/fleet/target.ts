import type { FleetTarget } from '@shared/queue';
import { UsageError } from '../errors/usage-error.ts';
import type { Options } from '../options.ts';

/** Which workers are meant, for every command that tells or asks them something. */
export const TARGET = {
  worker: {
    type: 'string',
    short: 'w',
    multiple: true,
    takes: '<id>',
    help: 'This worker; may be given several times. All of them unless told.',
  },
  queue: {
    type: 'string',
    short: 'q',
    takes: '<queue>',
    help: 'The workers that serve this queue.',
  },
  timeout: {
    type: 'string',
    takes: '<time>',
    help: 'How long to wait for answers; 5s unless told.',
  },
  json: { type: 'boolean', help: 'The answers as JSON.' },
} as const;

export type TargetOptions = Options<typeof TARGET>;

/** @throws {UsageError} for workers and a queue at once. */
export const targetOf = ({ worker, queue }: TargetOptions, command: string): FleetTarget => {
  if (worker !== undefined && queue !== undefined) {
    throw new UsageError('--worker and --queue are given both', command);
  }
  if (worker !== undefined) return { ids: worker };
  return queue === undefined ? 'all' : { queue };
};
