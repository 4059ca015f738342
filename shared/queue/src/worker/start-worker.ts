import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { parsePayload } from '@shared/contracts';
import type { HealthCheck } from '@shared/service';
import { Worker as BullWorker } from 'bullmq';
import { createCancellations } from '../control/cancellations.ts';
import { watchQuarantine } from '../dead-letters/quarantine.ts';
import { createProducer } from '../enqueue/create-producer.ts';
import type { Producer } from '../enqueue/producer.ts';
import { scriptsOf } from '../engine/scripts.ts';
import { type TakenJob, WorkerBackend } from '../engine/worker-backend.ts';
import { joinFleet } from '../fleet/join-fleet.ts';
import { createLifetime } from '../fleet/lifetime.ts';
import { createRunTimes } from '../fleet/run-times.ts';
import { assemblePayload } from '../flows/assemble-payload.ts';
import { createAfterFlow } from '../follow-ups/after-flow.ts';
import { followWork } from '../follow-ups/follow-work.ts';
import { answeredOrigins, joinIsolated, nestAttempt, nestSettling } from '../hooks/hooks.ts';
import { openIsolation } from '../isolation/open-isolation.ts';
import { keysOf } from '../keys.ts';
import { holdSharedLimits, publishRules } from '../limits/rules.ts';
import { connectRedis } from '../redis/connect.ts';
import { createResultOffload } from '../large-values/offload.ts';
import { tidyRegularly } from '../retention/tidy.ts';
import type { RunningAttempt } from './attempt.ts';
import { drain } from './drain.ts';
import { createIntake } from './intake.ts';
import { precedence } from './precedence.ts';
import { createRunJob } from './run-job.ts';
import { createSlots } from './slots.ts';
import { within } from './within.ts';
import { resolveWorkerOptions, type WorkerOptions } from './worker-options.ts';
import type { Worker } from './worker.ts';

const KEEP_LOST_MS = 14 * 86_400_000;

/** For how long a worker leaves a queue to others whose job it could not answer. */
const MISPLACED_REST_MS = 250;

/** How often finished jobs whose time is over are removed. */
const TIDY_MS = 5_000;

/**
 * Starts a worker: takes jobs of its queues, in order of precedence, and runs up to `concurrency` of
 * them at once. Disposing it stops taking, lets running jobs finish within `shutdownGraceMs`, hands
 * the rest back untouched and hangs up.
 *
 * @throws {InvalidOptionError}
 */
export const startWorker = async (workerOptions: WorkerOptions): Promise<Worker> => {
  const options = resolveWorkerOptions(workerOptions);
  const { redisUrl, prefix, queues, concurrency, lockMs, payloadStore } = options;
  const startedAt = new Date();
  const id = options.name ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const log = options.log.child({ worker: id });
  const isolation = await openIsolation({
    handlers: options.handlers,
    hook: joinIsolated(options.hooks),
    log,
    ...options.isolation,
  });
  const keys = keysOf(prefix);
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: `taskyard:worker:${id}`, log });
  const blocking = connectRedis({
    url: redisUrl,
    role: 'worker',
    name: `taskyard:fetch:${id}`,
    log,
  });
  const scripts = scriptsOf(redis);
  const stalledIntervalMs = Math.min(TIDY_MS, Math.max(Math.round(lockMs / 2), 100));
  const intake = createIntake({ queues, keys, order: precedence(queues, options.weights) });
  const backend = new WorkerBackend({
    redis,
    blocking,
    scripts,
    keys,
    queues,
    workerName: id,
    lockMs,
    concurrency,
    intake,
    recovery: {
      crashBudget: options.crashBudget,
      keepFailedMs: KEEP_LOST_MS,
      intervalMs: stalledIntervalMs,
    },
  });
  // Until BullMQ's worker listens, below, an error nobody hears would end the process; the connections
  // have logged it already.
  backend.on('error', () => undefined);

  const running = new Map<string, RunningAttempt>();
  const listeners = new Set<() => void>();
  const cancellations = createCancellations({ running, redis, keys });
  const runTimes = createRunTimes();
  const lifetime = createLifetime({
    startedAt: startedAt.getTime(),
    deadlineAt: options.deadlineAt?.getTime(),
    runTimes,
  });

  const quarantine = await watchQuarantine({ redis, keys }, TIDY_MS);

  let handlersProducer: Producer | undefined;
  const producing = { redisUrl, prefix, log, ...(payloadStore && { payloadStore }) };
  const producer = createProducer({ ...producing, over: { redis, taker: backend } });
  const following = { redis, scripts, keys, payloadStore };
  const implementations = new Map(
    [...options.handlers, createAfterFlow(following)].map((item) => [
      item.task.name,
      { task: item.task, perform: isolation.performerOf(item) },
    ]),
  );
  const origins = answeredOrigins(options.hooks);
  const runJob = createRunJob({
    backend,
    implementations,
    log,
    running,
    released: () => {
      for (const listener of listeners) listener();
    },
    cancelledEarly: cancellations.early,
    isQuarantined: quarantine.holds,
    admits: ({ queue }, task) => {
      const fits = lifetime.admits(task);
      if (!fits) intake.close(queue); // Or the job that went back would be taken again at once.
      return fits;
    },
    answers: (queue, origin) => {
      const fits = origins.includes(origin);
      if (!fits) intake.rest(queue, MISPLACED_REST_MS);
      return fits;
    },
    runTimes,
    hooks: { attempt: nestAttempt(options.hooks), settling: nestSettling(options.hooks) },
    assemble: (taken, parts) => assemblePayload({ redis, keys, payloadStore }, taken, parts),
    offloadResult: payloadStore && createResultOffload({ redis, keys, payloadStore }),
    follow: followWork(following),
    holdSharedLimits: (task, ms) => holdSharedLimits(redis, keys, task, ms),
    servicesFor: ({ queue, id: jobId, token }: TakenJob) => ({
      redis,
      report: async (json) => {
        await scripts.report(1, keys.base(queue), jobId, json, keys.jobChannel);
      },
      enqueue: (task, payload, enqueueOptions) => {
        // With a producer's patience: Redis being away must not stop a handler.
        handlersProducer ??= createProducer(producing);
        return handlersProducer.enqueue(task, payload, enqueueOptions);
      },
      heartbeat: async () => {
        await backend.extendLocks([jobId], [token], lockMs);
      },
    }),
  });

  const bull = new BullWorker(
    'worker',
    (job, token) => runJob(job, token ?? ''),
    {
      connection: {},
      prefix: keys.root,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledIntervalMs,
      runRetryDelay: 500,
      drainDelay: Math.min(IDLE_ROUND_S, options.deafAfterMs / 4_000),
      maximumRateLimitDelay: IDLE_ROUND_S * 1_000,
      name: id,
      autorun: false,
    },
    () => backend,
  );
  // BullMQ repeats itself at every try; one line per kind of trouble is enough.
  let trouble = '';
  bull.on('error', ({ message: reason }) => {
    if (reason !== trouble) log.warn({ reason }, 'worker trouble');
    trouble = reason;
  });
  bull.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) {
      const error = new Error(`the lock of job ${jobId} was lost`);
      running.get(jobId)?.stop({ kind: 'lock_lost', error }, 0);
    }
  });

  // A wake-up may have been lost with the connection it was on its way by.
  blocking.on('ready', () => void backend.wakeOthers().catch(() => undefined));
  redis.on('ready', () => {
    trouble = '';
    // Redis being away again is reported by the connection, and followed by another time like this.
    backend.handBackUnheard(bull.id).catch(() => undefined);
  });

  await publishRules(
    redis,
    keys,
    options.handlers.map(({ task }) => task),
  );
  const slots = createSlots(bull, backend);
  const membership = await joinFleet({
    id,
    options,
    startedAt,
    keys,
    redis,
    backend,
    intake,
    slots,
    running,
    cancellations,
    lifetime,
    runTimes,
    resetConnections: () => {
      redis.disconnect(true);
      blocking.disconnect(true);
    },
    log,
  });
  const tidying = tidyRegularly({
    redis,
    scripts,
    keys,
    prefix,
    queues,
    payloadStore,
    finishedMaxBytes: options.finishedMaxBytes,
    intervalMs: TIDY_MS,
  });
  bull.run().catch((error: unknown) => log.error({ error }, 'worker loop ended'));

  const alive: HealthCheck = async () => {
    if (!bull.isRunning()) return { ok: false, reason: 'the worker takes no jobs' };
    return membership.isDeaf()
      ? { ok: false, reason: 'fetching does not come round' }
      : { ok: true };
  };

  return {
    id,
    queues,
    get concurrency() {
      return slots.count();
    },
    running: () => running.size,
    producer,
    onReleased(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    current: () =>
      [...running.values()].map(({ attempt, startedAt: at }) => ({
        attempt,
        startedAt: new Date(at),
      })),
    resize: slots.set,
    pause: intake.pause,
    autoscaling: membership.autoscaling,
    cancel: cancellations.cancel,
    perform: async ({ jobId }, name, payload) => {
      const performer = implementations.get(name);
      const run = running.get(jobId);
      if (performer === undefined || run === undefined) return undefined;
      const { task, perform } = performer;
      return { result: await perform(parsePayload(task, payload), run) };
    },
    alive,
    health: async () => {
      if (redis.status !== 'ready') return { ok: false, reason: 'Redis is away' };
      return alive();
    },
    async [Symbol.asyncDispose]() {
      const graceMs = membership.graceMs();
      lifetime.closeBy(Date.now() + graceMs);
      intake.end();
      tidying[Symbol.dispose]();
      quarantine[Symbol.dispose]();
      void membership.startDraining();
      const settled = await drain({ bull, running, runTimes, graceMs, log });
      await isolation[Symbol.asyncDispose]();
      const goodbye = Promise.all([backend.wakeOthers(), membership[Symbol.asyncDispose]()]);
      // When Redis hangs nobody hears a goodbye.
      await within(settled ? GOODBYE_MS : 0, goodbye);
      await handlersProducer?.[Symbol.asyncDispose]();
      await producer[Symbol.asyncDispose]();
      blocking.disconnect();
      redis.disconnect();
    },
  };
};

/** An idle worker looks into its queues this often; a job that comes wakes it at once. */
const IDLE_ROUND_S = 5;

/** Beyond the grace, and only while Redis answers. */
const GOODBYE_MS = 500;
