import type { RedisConnection } from '@shared/queue';
import type { Host } from '../host/side.ts';
import { rqTexts } from './failure-text.ts';
import { innerId } from '../arq/inner-id.ts';
import { rqKeys } from './keys.ts';
import type { RqSettings } from './options.ts';
import type { createAfterwards } from './afterwards.ts';
import { RunAbandonedError } from './errors/run-abandoned-error.ts';
import type { RqForeign } from './foreign.ts';
import { foreignOf, namedIn } from './foreign-of.ts';
import type { RqStore } from './redis/store.ts';
import { jobFields } from './wire/job-fields.ts';
import { writeExceptionText } from './wire/exception-text.ts';

const LOCK_SECONDS = 899;

/** An id may rest so long between a Python worker's two steps. */
const STUCK_SECONDS = 60;
const FIRST_SEEN_SECONDS = 86_400;

/** What was taken and has not begun is looked after by whoever took it; one who missed so many beats is dead. */
const BEATS_MISSED = 3;

const SEPARATOR = '\u001f';

/**
 * Does what every RQ worker does for all of them: expired entries, dead workers' jobs, dead workers. RQ's
 * do it every 600 s; jobs of dead workers need not wait so long. What a dead process of this very name
 * took and did not begin goes back to its queue before this resolves.
 */
export const keepClean = async ({
  redis,
  store,
  settings: { queues, name, beatMs, log },
  host,
  afterwards,
}: {
  redis: RedisConnection;
  store: RqStore;
  settings: RqSettings;
  host: Host;
  afterwards: ReturnType<typeof createAfterwards>;
}): Promise<AsyncDisposable> => {
  /** A job as it was before its run is ended for it. */
  const lostRun = async (queue: string, member: string): Promise<RqForeign> => {
    // An id of RQ 1 may hold a colon itself.
    const whole = (await redis.exists(rqKeys.job(member))) === 1;
    const [id = '', execution = ''] = whole ? [member] : member.split(':');
    // Buffers, for what it calls is no text.
    const raw = (await redis.callBuffer('HGETALL', rqKeys.job(id))) as Buffer[];
    const run = { id, queue, execution, worker: '', startedAt: '', fields: jobFields(raw) };
    return foreignOf(run, namedIn(run.fields), log);
  };

  const abandon = async (
    place: 'wip' | 'intermediate',
    { queue, member, text }: { queue: string; member: string; text: string },
  ) => {
    const run = await lostRun(queue, member);
    const outcome = await store.abandon(place, queue, member, writeExceptionText(text));
    if (outcome === 'alive' || outcome === 'gone') return;
    log.warn({ queue, member, outcome }, 'RQ job was abandoned');
    await afterwards(run, outcome, { thrown: new RunAbandonedError(run.id).python, text });
  };

  const abandoned = async (queue: string, now: number) => {
    for (const member of await redis.zrangebyscore(rqKeys.wip(queue), 0, now)) {
      await abandon('wip', { queue, member, text: rqTexts.abandoned(new Date()) });
    }
  };

  const stuck = async (queue: string, now: number) => {
    for (const id of await redis.lrange(rqKeys.intermediate(queue), 0, -1)) {
      const key = rqKeys.firstSeen(queue, id);
      await redis.set(key, now, 'EX', FIRST_SEEN_SECONDS, 'NX');
      if (now - Number(await redis.get(key)) <= STUCK_SECONDS) continue;
      await abandon('intermediate', { queue, member: id, text: rqTexts.stuck });
      await redis.del(key);
    }
  };

  const deadWorkers = async (set: string) => {
    for (const key of await redis.smembers(set)) {
      if ((await redis.exists(key)) === 0) await redis.srem(set, key);
    }
  };

  const groups = async () => {
    for (const name of await redis.smembers(rqKeys.groups)) {
      const key = rqKeys.group(name);
      for (const id of await redis.smembers(key)) {
        if ((await redis.exists(rqKeys.job(id))) === 0) await redis.srem(key, id);
      }
      if ((await redis.exists(key)) === 0) await redis.srem(rqKeys.groups, name);
    }
  };

  const cleanQueue = async (queue: string) => {
    const lock = rqKeys.cleaning(queue);
    if ((await redis.set(lock, 1, 'EX', LOCK_SECONDS, 'NX')) === null) return;
    try {
      const now = Math.floor(Date.now() / 1_000);
      await redis.zremrangebyscore(rqKeys.finished(queue), 0, now);
      await redis.zremrangebyscore(rqKeys.failed(queue), 0, now);
      await abandoned(queue, now);
      await deadWorkers(rqKeys.workersOf(queue));
      const { queued, freed } = await store.recover(queue);
      if (queued + freed > 0) log.warn({ queue, queued, freed }, 'RQ jobs let go on');
      await stuck(queue, now);
    } finally {
      await redis.del(lock);
    }
  };

  /** Jobs whose taker died before they were with us. Those that are, wait there for a worker. */
  const lost = async (since: number, isLost: (worker: string) => boolean) => {
    const before = since / 1_000;
    for (const member of await redis.zrangebyscore(store.takenKey, 0, before)) {
      const [queue = '', id = '', execution = ''] = member.split(SEPARATOR);
      const worker = (await redis.hget(rqKeys.job(id), 'worker_name')) ?? '';
      if (!isLost(worker)) continue;
      const run = { queue, id, execution, worker };
      if (await isWithUs(id)) await store.hold(worker, [run], 'taken');
      else if (await store.giveBack(run, { before }))
        log.warn({ jobId: id, queue }, 'RQ job put back');
    }
  };

  const isWithUs = async (id: string): Promise<boolean> => {
    try {
      const job = await host.producer.jobById(innerId('rq', id));
      return ['queued', 'in_progress', 'scheduled', 'retrying'].includes(await job.status());
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'job_not_found') return false;
      throw error;
    }
  };

  const clean = async () => {
    try {
      await lost(Date.now() - BEATS_MISSED * beatMs, () => true);
      for (const queue of queues) await cleanQueue(queue);
      await deadWorkers(rqKeys.workers);
      await groups();
    } catch (error) {
      log.warn({ error }, 'RQ could not be cleaned');
    }
  };

  await lost(Date.now(), (worker) => worker === name);
  let cleaning = clean();
  const timer = setInterval(() => {
    cleaning = cleaning.then(clean);
  }, beatMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await cleaning;
    },
  };
};
