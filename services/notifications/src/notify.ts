import { createHash } from 'node:crypto';
import { liveChannel, sendPush } from '@shared/contracts';
import { type Database, devicesOf, keepNotification, preferencesOf } from '@shared/database';
import type { Attempt } from '@shared/queue';
import { endOfQuiet } from './quiet-hours.ts';
import { wishesFor } from './wishes.ts';

/** What every handler that tells people something works with. */
export type NoticeBoard = { database: Database; prefix: string };

/** One thing to tell one person. */
export type Notice = {
  userId: string;
  kind: string;
  title: string;
  body: string;
  /** A path of the product. */
  link: string | null;
};

/**
 * Tells a person something, as far as they want it: in their list, in every tab that is open, and on
 * their devices by a job of its own, which waits for the end of their quiet hours. Every step can be
 * taken twice: the list holds one entry a job, a tab asks for what it lacks, and the push job's id is
 * made of this one's.
 */
export const notify = async (
  notice: Notice,
  attempt: Pick<Attempt, 'jobId' | 'redis' | 'enqueue' | 'log'>,
  { database, prefix }: NoticeBoard,
): Promise<{ inApp: boolean; pushJobId: string | null }> => {
  const { userId, kind } = notice;
  const wishes = wishesFor(kind, await preferencesOf(database, { userId, kind }));
  if (wishes.inApp) {
    await keepNotification(database, { ...notice, jobId: attempt.jobId });
    await attempt.redis.publish(liveChannel(prefix, userId), '');
  }
  const reachable = wishes.push && (await devicesOf(database, userId)).length > 0;
  const until = wishes.quietHours && endOfQuiet(new Date(), wishes.quietHours);
  const pushJobId = reachable ? await enqueuePush(notice, attempt, until) : null;
  attempt.log.info({ kind, inApp: wishes.inApp, pushJobId, quietUntil: until }, 'person told');
  return { inApp: wishes.inApp, pushJobId };
};

const enqueuePush = async (
  { userId, kind, title, body, link }: Notice,
  { jobId, enqueue }: Pick<Attempt, 'jobId' | 'enqueue'>,
  at: Date | null,
): Promise<string> => {
  const data = { kind, ...(link === null ? {} : { link }) };
  const options = { id: pushJobIdOf(jobId), ...(at === null ? {} : { at }) };
  const job = await enqueue(sendPush, { userId, title, body, data }, options);
  return job.id;
};

const MAX_ID_LENGTH = 200;

const pushJobIdOf = (jobId: string) => {
  const id = `push-${jobId}`;
  if (id.length <= MAX_ID_LENGTH) return id;
  return `push-${createHash('sha256').update(jobId).digest('hex')}`;
};
