import { setImmediate } from 'node:timers/promises';
import { connectRedis } from '@shared/queue';
import type { Host, ProtocolSide } from '../host/side.ts';
import { createAfterwards } from './afterwards.ts';
import { keepBeating } from './beating.ts';
import { keepClean } from './cleaning.ts';
import { obeyCommands } from './obey.ts';
import { resolveRqOptions, type RqSideOptions } from './options.ts';
import { appear, type Presence } from './presence.ts';
import { createRqStore, type RqRun } from './redis/store.ts';
import { createRunning } from './running.ts';
import { waitingIn } from './waiting.ts';
import { keepSchedule } from './scheduling.ts';
import { startTaking, type Taking } from './taking.ts';

/**
 * Serves RQ clients: takes jobs of their queues, runs them here, and writes the results they read.
 *
 * A job is taken and started in one step, and is in RQ's registry of running jobs until its result is
 * written: a process killed at any line leaves it there, for our other workers to run it again or for RQ's
 * own clean-up. One that had not begun goes back to the front of its queue.
 *
 * @throws {InvalidOptionError}
 */
export const createRqSide = (options: RqSideOptions): ProtocolSide => {
  const settings = resolveRqOptions(options);
  const { redisUrl, queues, log } = settings;
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard:rq', log });
  const store = createRqStore(redis, settings);
  let host: Host | undefined;
  let presence: Presence | undefined;
  let taking: Taking | undefined;
  const forget = (run: RqRun) => taking?.forget(run);
  const running = createRunning({ redis, store, settings, host: () => host, begun: forget });
  const held = () => taking?.held() ?? [];
  const beating = keepBeating({
    store,
    presence: () => presence,
    current: running.current,
    held,
    forget,
    settings,
  });
  /** Open to the last job: it may be stopped, and must be seen to live. */
  const toTheEnd = new AsyncDisposableStack();

  return {
    origin: 'rq',
    hooks: running.hooks,
    async serve(served) {
      host = served;
      await using opened = new AsyncDisposableStack();
      if (queues.length > 0) {
        presence = toTheEnd.use(await appear(redis, settings));
        const runs = () => [...running.current(), ...held()];
        toTheEnd.use(await obeyCommands({ redis, settings, host, runs }));
        opened.defer(async () => presence?.leaving());
        if (settings.scheduler) opened.use(await keepSchedule({ redis, store, settings }));
        const afterwards = createAfterwards({ redis, host });
        opened.use(await keepClean({ redis, store, settings, host, afterwards }));
        taking = opened.use(startTaking({ store, settings, host, presence, afterwards }));
      }
      return opened.move();
    },
    async left() {
      const waiting = await waitingIn(redis, queues);
      // What the script before took is known after this.
      await setImmediate();
      return waiting + held().length;
    },
    async [Symbol.asyncDispose]() {
      beating[Symbol.dispose]();
      await toTheEnd.disposeAsync().catch((error: unknown) => {
        log.warn({ error }, 'RQ worker could not say goodbye');
      });
      redis.disconnect();
    },
  };
};
