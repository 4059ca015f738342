import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { JobCancelledError } from '@shared/errors';
import type { HealthCheck } from '@shared/service';
import { Worker as BullWorker } from 'bullmq';
import { listenForControl } from '../control/control-listener.ts';
import { createProducer, type Producer } from '../enqueue/producer.ts';
import { scriptsOf } from '../engine/scripts.ts';
import { type TakenJob, WorkerBackend } from '../engine/worker-backend.ts';
import { assemblePayload } from '../flows/assemble-payload.ts';
import { nestAttempt, nestSettling } from '../hooks/hooks.ts';
import { keysOf } from '../keys.ts';
import { holdSharedLimits, publishRules } from '../limits/rules.ts';
import { connectRedis } from '../redis/connect.ts';
import { createResultOffload } from '../large-values/offload.ts';
import { tidyRegularly } from '../retention/tidy.ts';
import type { RunningAttempt } from './attempt.ts';
import { drain } from './drain.ts';
import { precedence } from './precedence.ts';
import { createRunJob } from './run-job.ts';
import { keepPresence } from './presence.ts';
import { resolveWorkerOptions, type WorkerOptions } from './worker-options.ts';

export type Worker = AsyncDisposable & {
  readonly id: string;
  readonly queues: readonly string[];
  readonly concurrency: number;
  /** How many jobs run right now. */
  running(): number;
  health: HealthCheck;
};

/** A poisonous job that takes its worker with it is given up after this many workers. */
const MAX_LOST = 4;

const KEEP_LOST_MS = 14 * 86_400_000;

/** How often finished jobs whose time is over are removed, and a worker says that it is there. */
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
  const { redisUrl, prefix, queues, concurrency, lockMs, shutdownGraceMs, payloadStore } = options;
  const id = options.name ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const log = options.log.child({ worker: id });
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
  const backend = new WorkerBackend({
    redis,
    blocking,
    scripts,
    keys,
    queues,
    workerName: id,
    lockMs,
    concurrency,
    order: precedence(queues, options.weights),
    recovery: { maxLost: MAX_LOST, keepFailedMs: KEEP_LOST_MS, intervalMs: stalledIntervalMs },
  });
  // Until BullMQ's worker listens, below, an error nobody hears would end the process; the connections
  // have logged it already.
  backend.on('error', () => undefined);

  const running = new Map<string, RunningAttempt>();
  const cancel = (jobId: string, reason: string) => {
    const run = running.get(jobId);
    run?.stop({ kind: 'cancelled', error: new JobCancelledError(jobId, reason) }, CANCEL_GRACE_MS);
  };

  /** Commands may have been missed while the connection was down: their marks are with the jobs. */
  const catchUp = async () => {
    for (const { attempt } of running.values()) {
      const reason = await redis.hget(`${keys.base(attempt.queue)}${attempt.jobId}`, 'cancelled');
      if (reason !== null) cancel(attempt.jobId, reason);
    }
  };

  const control = await listenForControl({
    redisUrl,
    keys,
    log,
    onCancel: cancel,
    onReconnect: () => void catchUp().catch(() => undefined),
  });

  let producer: Producer | undefined;
  const runJob = createRunJob({
    backend,
    implementations: new Map(options.handlers.map((item) => [item.task.name, item])),
    log,
    running,
    cancelledEarly: control.cancelledEarly,
    hooks: { attempt: nestAttempt(options.hooks), settling: nestSettling(options.hooks) },
    assemble: (taken, parts) => assemblePayload({ redis, keys, payloadStore }, taken, parts),
    offloadResult: payloadStore && createResultOffload({ redis, keys, payloadStore }),
    holdSharedLimits: (task, ms) => holdSharedLimits(redis, keys, task, ms),
    servicesFor: ({ queue, id: jobId, token }: TakenJob) => ({
      redis,
      report: async (json) => {
        await scripts.report(1, keys.base(queue), jobId, json, keys.jobChannel);
      },
      enqueue: (task, payload, enqueueOptions) => {
        producer ??= createProducer({
          redisUrl,
          prefix,
          log,
          ...(payloadStore && { payloadStore }),
        });
        return producer.enqueue(task, payload, enqueueOptions);
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
      name: id,
      autorun: false,
    },
    () => backend,
  );
  bull.on('error', (error) => log.warn({ reason: error.message }, 'worker trouble'));
  bull.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) {
      const error = new Error(`the lock of job ${jobId} was lost`);
      running.get(jobId)?.stop({ kind: 'lock_lost', error }, 0);
    }
  });

  await publishRules(
    redis,
    keys,
    options.handlers.map(({ task }) => task),
  );
  const presence = keepPresence({ redis, keys, queues, id, intervalMs: TIDY_MS, log });
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
  const loop = bull.run().catch((error: unknown) => log.error({ error }, 'worker loop ended'));

  return {
    id,
    queues,
    concurrency,
    running: () => running.size,
    health: async () => {
      if (!bull.isRunning()) return { ok: false, reason: 'the worker takes no jobs' };
      return redis.status === 'ready' ? { ok: true } : { ok: false, reason: 'Redis is away' };
    },
    async [Symbol.asyncDispose]() {
      tidying[Symbol.dispose]();
      await presence[Symbol.asyncDispose]();
      await drain({ bull, running, graceMs: shutdownGraceMs, log });
      await loop;
      await control[Symbol.asyncDispose]();
      await producer?.[Symbol.asyncDispose]();
      blocking.disconnect();
      redis.disconnect();
    },
  };
};

/** How long a cancelled handler that ignores its signal is waited for. */
const CANCEL_GRACE_MS = 5_000;
