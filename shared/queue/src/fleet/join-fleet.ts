import type { Logger } from '@shared/service';
import type { Cancellations } from '../control/cancellations.ts';
import { command } from '../control/command.ts';
import { openInbox } from '../control/inbox.ts';
import { isFor, type Message } from '../control/message.ts';
import { writeReply } from '../control/replies.ts';
import type { WorkerBackend } from '../engine/worker-backend.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { isReachable } from '../redis/is-reachable.ts';
import type { RunningAttempt } from '../worker/attempt.ts';
import type { Intake } from '../worker/intake.ts';
import type { Slots } from '../worker/slots.ts';
import type { ResolvedWorkerOptions } from '../worker/worker-options.ts';
import { announce, learnRunTimes, withdraw } from './announce.ts';
import { createAutoscaler } from './autoscaler.ts';
import { describeWorker } from './describe-worker.ts';
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

/**
 * Makes a worker part of the fleet: it is seen, takes commands, learns how long tasks take, notices when
 * it is deaf, and leaves in time.
 */
export const joinFleet = async (member: Member): Promise<Membership> => {
  const { id, options, keys, redis, intake, slots, running, runTimes, log } = member;
  const { activity } = member.backend;
  const { queues, redisUrl, deadlineAt } = options;
  const place = { redis, keys };
  const tasks = options.handlers.map(({ task }) => task.name);
  const self = {
    id,
    version: options.version,
    queues: [...queues],
    tasks,
    startedAt: member.startedAt,
  };
  const opened = new AsyncDisposableStack();
  const meter = opened.use(openLoadMeter());
  let graceMs = options.shutdownGraceMs;
  let isDraining = false;
  let isShuttingDown = false;

  const shutDown = () => {
    if (isShuttingDown) return;
    isShuttingDown = true;
    options.onShutdown();
  };

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
    shutDown: (wantedMs) => (graceMs = wantedMs ?? graceMs),
  };

  const onMessage = async ({ id: messageId, target, command: sent, answer }: Message) => {
    if (!isFor(target, { id, queues })) return;
    const wanted = command.safeParse(sent);
    if (!wanted.success) log.warn({ command: messageId }, 'unknown command refused');
    const reply = wanted.success
      ? { worker: id, ok: true as const, result: obey(wanted.data, controls) }
      : { worker: id, ok: false as const, reason: 'this release does not know the command' };
    if (answer) await writeReply(place, messageId, reply);
    if (wanted.success && wanted.data.name !== 'cancel') {
      log.info({ command: wanted.data }, 'command carried out');
    }
    if (wanted.data?.name === 'shutdown') shutDown();
  };

  await learnRunTimes(place, tasks, runTimes);
  const inbox = opened.use(
    await openInbox({
      redisUrl,
      ...place,
      log,
      onMessage,
      onReconnect: () => void member.cancellations.catchUp().catch(() => undefined),
    }),
  );

  /** A worker with a deadline leaves early enough for its jobs to have their grace. */
  const leaveInTime = () => {
    if (deadlineAt === undefined) return;
    const leftMs = deadlineAt.getTime() - graceMs - Date.now();
    if (leftMs < BEAT_MS) opened.use(after(Math.max(leftMs, 0), shutDown));
  };

  let beating: Promise<void> | undefined;
  const beat = async () => {
    leaveInTime();
    await announce(place, describe(), runTimes, BEAT_MS);
    await inbox.poll();
  };
  const beatSafely = async () => {
    // While Redis is away beats would pile up.
    beating ??= beat()
      .catch((error: unknown) => log.warn({ error }, 'heartbeat failed'))
      .finally(() => {
        beating = undefined;
      });
    await beating;
  };
  opened.use(every(BEAT_MS, () => void beatSafely()));
  await beatSafely();

  return {
    isDeaf: watchdog.isDeaf,
    graceMs: () => graceMs,
    async startDraining() {
      isDraining = true;
      watchdog[Symbol.dispose]();
      autoscaler[Symbol.dispose]();
      await beating; // It may have begun before the drain.
      await beatSafely();
    },
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
      await beating; // Or it would announce a worker that has left.
      if (redis.status === 'ready') await withdraw(place, self);
    },
  };
};

const every = (ms: number, act: () => void): Disposable => {
  const timer = setInterval(act, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};

const after = (ms: number, act: () => void): Disposable => {
  const timer = setTimeout(act, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
};
