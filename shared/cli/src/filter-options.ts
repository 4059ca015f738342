import type { DeadLetterFilter } from '@shared/queue';
import type { Options } from './options.ts';
import { readMoment } from './values.ts';

/** What jobs are asked for by, for every command that looks for some. */
export const FILTER = {
  queue: { type: 'string', short: 'q', takes: '<queue>', help: 'Of this queue.' },
  task: { type: 'string', takes: '<task>', help: 'Of this task.' },
  tag: { type: 'string', takes: '<tag>', help: 'With this tag.' },
  group: { type: 'string', takes: '<group>', help: 'Of this group.' },
  code: { type: 'string', takes: '<code>', help: 'Ended by an error of this code, as in timeout.' },
  error: { type: 'string', help: 'With these words, or their beginnings, in the error.' },
  since: { type: 'string', takes: '<time>', help: 'Not before this date, or not longer ago (2h).' },
  until: { type: 'string', takes: '<time>', help: 'Not after this date, or longer ago (2h).' },
  quarantined: { type: 'boolean', help: 'Taken out of service, since their workers died.' },
} as const;

/** @throws {InvalidOptionError} for a time that is none. */
export const filterOf = (options: Options<typeof FILTER>): DeadLetterFilter => {
  const { queue, task, tag, group, code, error, since, until, quarantined } = options;
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(task === undefined ? {} : { task }),
    ...(tag === undefined ? {} : { tag }),
    ...(group === undefined ? {} : { group }),
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { errorText: error }),
    ...(since === undefined ? {} : { since: readMoment('since', since) }),
    ...(until === undefined ? {} : { until: readMoment('until', until) }),
    ...(quarantined === undefined ? {} : { quarantined }),
  };
};
