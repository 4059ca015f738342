import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** What time has to do with it: not yet, or too late. */
export const reasonsOfItsTime = (facts: Facts): Reason[] => [...expired(facts), ...delayed(facts)];

const expired = ({ stored: { expiresAt }, now }: Facts): Reason[] => {
  if (expiresAt === undefined || expiresAt.getTime() > now) return [];
  return [
    {
      code: 'expired',
      severity: 'blocking',
      message: `It was not to be started after ${expiresAt.toISOString()}: whoever takes it will not run it.`,
      detail: { expiresAt },
      fix: 'Enqueue it again, or redrive it once a worker has found it expired.',
    },
  ];
};

const delayed = ({ job, place, now }: Facts): Reason[] => {
  const { dueAt, attempts, error } = job;
  if (place !== 'delayed' || dueAt === null || dueAt.getTime() <= now) return [];
  if (attempts === 0) {
    return [
      {
        code: 'delayed',
        severity: 'waiting',
        message: `It is to start at ${dueAt.toISOString()}.`,
        detail: { dueAt },
        fix: null,
      },
    ];
  }
  return [
    {
      code: 'retrying',
      severity: 'waiting',
      message: `Attempt ${attempts} failed (${error?.message ?? 'no reason was recorded'}); the next one comes at ${dueAt.toISOString()}.`,
      detail: { dueAt, nextAttempt: attempts + 1, error },
      fix: null,
    },
  ];
};
