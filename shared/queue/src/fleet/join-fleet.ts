import type { Logger } from '@shared/service';
import { answerMessages } from '../control/answer-messages.ts';
import type { Cancellations } from '../control/cancellations.ts';
import { openInbox } from '../control/inbox.ts';
import type { WorkerBackend } from '../engine/worker-backend.ts';
import { answeredOrigins } from '../hooks/hooks.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { isReachable } from '../redis/is-reachable.ts';
import type { RunningAttempt } from '../worker/attempt.ts';
import type { Intake } from '../worker/intake.ts';
import type { Slots } from '../worker/slots.ts';
import type { ResolvedWorkerOptions } from '../worker/worker-options.ts';
import { announce, learnRunTimes, withdraw } from './announce.ts';
import { type Autoscaler, createAutoscaler } from './autoscaler.ts';
import { createDeparture } from './departure.ts';
import { describeWorker } from './describe-worker.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import type { Lifetime } from './lifetime.ts';
import { openLoadMeter } from './load-meter.ts';
import { type Controls, obey } from './obey.ts';
import { createQueueWait } from './queue-wait.ts';
import type { RunTimes } from './run-times.ts';
import { watchFetching } from './watchdog.ts';
import type { WorkerInfo } from './worker-info.ts';

/** A worker's place in the fleet; disposing it leaves the fleet. */
export type Membership = AsyncDisposable & {
  isDeaf(): boolean;
  /** How long running jobs may go on once the worker shuts down. */
  graceMs(): number;
  /** Between how many slots the worker moves by itself. */
  readonly autoscaling: Pick<Autoscaler, 'range' | 'set'>;
  /** The worker shuts down, and is seen to; jobs can still be cancelled. */
  startDraining(): Promise<void>;
};

/** The parts of a worker that the fleet sees and moves. */
export type Member = {
  id: string;
  options: ResolvedWorkerOptions;
  startedAt: Date;
  keys: Keys;
  redis: RedisConnection;
  backend: WorkerBackend;
  intake: Intake;
  slots: Slots;
  running: ReadonlyMap<string, RunningAttempt>;
  cancellations: Cancellations;
  lifetime: Lifetime;
  runTimes: RunTimes;
  /** Replaces the connections that jobs come by. */
  resetConnections(): void;
  log: Logger;
};

/** How often a worker says how it is. */
const BEAT_MS = 5_000;

/** The commands after which it says so at once. */
const CHANGES: ReadonlySet<string> = new Set([
  'pause',
  'resume',
  'grow',
  'shrink',
  'concurrency',
  'autoscale',
]);

/**
 * Makes a worker part of the fleet: it is seen, takes commands, learns how long tasks take, notices when
 * it is deaf, and leaves in time.
 */
export const joinFleet = async (member: Member): Promise<Membership> => {
  const { id, options, keys, redis, intake, slots, running, runTimes, log } = member;
  const { activity } = member.backend;
  const { queues, redisUrl } = options;
  const place = { redis, keys };
  const tasks = options.handlers.map(({ task }) => task.name);
  const self = {
    id,
    version: options.version,
    queues: [...queues],
    tasks,
    origins: answeredOrigins(options.hooks),
    startedAt: member.startedAt,
  };
  const opened = new AsyncDisposableStack();
  const meter = opened.use(openLoadMeter());
  const departure = opened.use(createDeparture(options));
  let isDraining = false;
  /** Its heart begins to beat once commands can come in. */
  const telling: Partial<Pick<Heartbeat, 'now'>> = {};

  const autoscaler = opened.use(
    createAutoscaler({
      slots,
      running: () => running.size,
      queueWait: createQueueWait({ ...place, queues }),
      log,
    }),
  );
  autoscaler.set(options.autoscale);

  const watchdog = opened.use(
    watchFetching({
      path: {
        fetchedAt: activity.fetchedAt,
        unansweredSince: activity.unansweredSince,
        isListening: () => intake.markers.length > 0 && running.size < slots.count(),
      },
      isReachable: () => isReachable(redisUrl),
      reset: member.resetConnections,
      onDeaf: options.onDeaf,
      silenceMs: options.deafAfterMs,
      log,
    }),
  );

  const state = (): WorkerInfo['state'] => {
    if (isDraining) return 'draining';
    if (watchdog.isDeaf()) return 'deaf';
    return intake.isPaused() ? 'paused' : 'running';
  };

  const describe = (): WorkerInfo => {
    const endsAt = member.lifetime.endsAt();
    const now = {
      state: state(),
      concurrency: slots.count(),
      autoscale: autoscaler.range(),
      deadlineAt: endsAt === undefined ? null : new Date(endsAt),
    };
    return describeWorker({ self, now, activity, running, load: meter.read() });
  };

  const controls: Controls = {
    describe,
    pause: intake.pause,
    resume: intake.resume,
    setConcurrency: slots.set,
    setAutoscale: autoscaler.set,
    cancel: member.cancellations.cancel,
    graceMs: departure.graceMs,
    setGraceMs: departure.setGraceMs,
  };

  await learnRunTimes(place, tasks, runTimes);
  const inbox = opened.use(
    await openInbox({
      redisUrl,
      ...place,
      log,
      onMessage: answerMessages({
        place,
        self,
        obey: (command) => obey(command, controls),
        afterwards: ({ name }) => {
          if (name === 'shutdown') departure.begin();
          // Whoever changed something looks next what came of it.
          else if (CHANGES.has(name)) void telling.now?.();
        },
        log,
      }),
      onReconnect: () => void member.cancellations.catchUp().catch(() => undefined),
    }),
  );

  const beat = async () => {
    departure.prepare(BEAT_MS);
    await announce(place, describe(), runTimes, BEAT_MS);
    await inbox.poll();
  };
  const heartbeat = opened.use(startHeartbeat({ beat, everyMs: BEAT_MS, log }));
  telling.now = heartbeat.now;
  await heartbeat.now();

  return {
    isDeaf: watchdog.isDeaf,
    autoscaling: autoscaler,
    graceMs: departure.graceMs,
    async startDraining() {
      isDraining = true;
      watchdog[Symbol.dispose]();
      autoscaler[Symbol.dispose]();
      await heartbeat.now();
    },
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
      if (redis.status === 'ready') await withdraw(place, self);
    },
  };
};
