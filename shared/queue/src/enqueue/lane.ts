import { limitsOfJob, type Task } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';

/** Control characters separate the parts of a lane's name. */
// oxlint-disable-next-line no-control-regex -- they are what must not be there.
const GROUP = /^[^\x00-\x1f]{1,200}$/;

/**
 * Where a job waits: its group and the limits it is under, as lanes.lua reads them. Empty for jobs
 * that have neither, which wait together.
 *
 * @throws {InvalidOptionError} for a group that is none.
 */
export const laneOf = (task: Task, group?: string): string => {
  if (group !== undefined && (typeof group !== 'string' || !GROUP.test(group))) {
    throw new InvalidOptionError(
      'group',
      'it is no group name',
      'Use 1 to 200 visible characters.',
    );
  }
  const limits = limitsOfJob(task, group);
  if (group === undefined && limits.length === 0) return '';
  return [group ?? '', ...limits].join('\x1f');
};
