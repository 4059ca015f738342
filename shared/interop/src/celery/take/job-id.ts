import { createHash } from 'node:crypto';

const FINE = /^(?!\d+$)[\w.@~+=-]{1,180}$/;

/**
 * The job id of a task: its own id where the engine takes that, else one that is made of it. `copy` tells
 * apart tasks that are sent under one id.
 */
export const jobIdOf = (taskId: string, copy?: string): string => {
  const id = FINE.test(taskId) ? taskId : `celery-${digest(taskId)}`;
  return copy === undefined ? id : `${id}~${digest(copy).slice(0, 10)}`;
};

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40);
