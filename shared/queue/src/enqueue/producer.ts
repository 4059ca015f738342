import {
  type AnyTask,
  type Canvas,
  catalogue,
  type Codec,
  type Job,
  type JobRecord,
  parsePayload,
  type Task,
  taskNamed,
} from '@shared/contracts';
import {
  InvalidOptionError,
  JobIdTakenError,
  JobNotFoundError,
  QueueUnavailableError,
} from '@shared/errors';
import { isTraceParent, type Logger } from '@shared/service';
import { cancelJob } from '../control/cancel-job.ts';
import { createAddBatch, type NewJob } from '../engine/add-batch.ts';
import { scriptsOf } from '../engine/scripts.ts';
import { buryMessage, type Undeliverable } from '../dead-letters/bury-message.ts';
import { type Foreign, parseEnvelope } from '../envelope.ts';
import { compileFlow, type FlowOptions } from '../flows/compile.ts';
import { writeFlow, writeTogether } from '../flows/write-flow.ts';
import { type HeldJob, packJob, type Prepared, recordOfHeld, unpackJob } from '../held/held-job.ts';
import { runInline } from '../held/run-inline.ts';
import { openSpool } from '../held/spool.ts';
import { type Hooks, nestEnqueue } from '../hooks/hooks.ts';
import { createJobHandle, type JobAccess } from '../jobs/job-handle.ts';
import { openJobChannels } from '../jobs/job-channels.ts';
import { queueNames, queuesHolding } from '../jobs/locate.ts';
import { readJob } from '../jobs/read-job.ts';
import { keysOf } from '../keys.ts';
import { parseRedisAddress } from '../redis/address.ts';
import { connectRedis, type RedisConnection } from '../redis/connect.ts';
import { whileAvailable } from '../redis/unavailable.ts';
import { offloadPayload } from '../large-values/offload.ts';
import { type PayloadStore } from '../large-values/payload-store.ts';
import type { Implementation } from '../worker/implement.ts';
import { createMemoryGuard } from './memory-guard.ts';
import { buildJob, type EnqueueOptions } from './options.ts';
import { countQueues, type QueueCounts } from './queue-counts.ts';

/** Where a flow's task names are looked up, when not in the catalogue. */
export type FlowTasks = { tasks?: readonly AnyTask[] };

/** One item of `enqueueMany`. */
export type EnqueueItem<Input = never, Payload = unknown, Result = unknown> = {
  task: Task<Input, Payload, Result>;
  payload: Input;
  options?: EnqueueOptions;
};

export type Producer = AsyncDisposable & {
  /**
   * Enqueues one job.
   *
   * @throws {InvalidPayloadError | InvalidOptionError | PayloadTooLargeError | JobIdTakenError}
   *   before anything is written.
   * @throws {QueueUnavailableError} Redis does not answer.
   * @throws {QueueFullError} Redis is near its memory limit.
   */
  enqueue<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    payload: Input,
    options?: EnqueueOptions,
  ): Promise<Job<Result>>;
  /** Enqueues many; all payloads and options are checked before the first is written. */
  enqueueMany<Input, Payload, Result>(
    items: readonly {
      task: Task<Input, Payload, Result>;
      payload: Input;
      options?: EnqueueOptions;
    }[],
  ): Promise<Job<Result>[]>;
  /**
   * Starts a flow: all of it or nothing. Its last job carries the flow's id; cancelling that cancels
   * what is left of the whole.
   *
   * @throws {InvalidPayloadError | InvalidOptionError | UnknownTaskError} before anything is written.
   */
  enqueueFlow<Result>(
    canvas: Canvas<Result>,
    options?: FlowOptions & FlowTasks,
  ): Promise<Job<Result>>;
  /**
   * Enqueues a job that an outbox or a spool has kept, once, however often it is delivered.
   *
   * @throws as `enqueue`.
   */
  deliver(job: HeldJob): Promise<void>;
  /** For the interop layer: keeps a message that cannot become a job as a dead letter; returns its id. */
  bury(message: Undeliverable): Promise<string>;
  /** For the interop layer: its notes on a job; null if there are none, or no job any more. */
  foreignOf(job: Pick<Job, 'id' | 'queue'>): Promise<Foreign | null>;
  /** @throws {JobNotFoundError} no queue holds a job of that id. */
  jobById<Result = unknown>(id: string): Promise<Job<Result>>;
  /** All queues that were ever enqueued to or served, and those of the catalogue. */
  queueNames(): Promise<string[]>;
  queueCounts(): Promise<Record<string, QueueCounts>>;
  /** Answers PING, or throws; for health checks. */
  ping(): Promise<void>;
  readonly redis: RedisConnection;
};

/**
 * What enqueues jobs and reads them. Open one per process and share it.
 *
 * @param options.prefix start of every key, `taskyard` unless told.
 */
export const createProducer = ({
  redisUrl,
  prefix = 'taskyard',
  log,
  hooks = [],
  payloadStore,
  handlers = [],
  spoolDirectory,
}: {
  redisUrl: string;
  prefix?: string;
  log?: Logger;
  hooks?: readonly Hooks[];
  /** Takes payloads over 128 KiB; without it they stand in Redis, up to 1 MiB. */
  payloadStore?: PayloadStore;
  /** Who does the work of jobs that are enqueued with `whenDown: 'inline'`. */
  handlers?: readonly Implementation[];
  /** Where jobs wait that are enqueued with `whenDown: 'spool'`; a folder of this machine's disk. */
  spoolDirectory?: string;
}): Producer => {
  const { shown } = parseRedisAddress(redisUrl);
  const redis = connectRedis({ url: redisUrl, name: 'taskyard:producer', ...(log ? { log } : {}) });
  const keys = keysOf(prefix);
  const scripts = scriptsOf(redis);
  const add = createAddBatch(scripts, keys);
  const channels = openJobChannels(redisUrl, keys);
  const announced = new Set<string>();
  const around = nestEnqueue(hooks);
  const guard = createMemoryGuard(redis);

  const access: JobAccess = {
    channels,
    read: (queue, id) =>
      whileAvailable(shown, () => readJob({ scripts, keys, payloadStore }, queue, id)),
    cancel: (queue, id, reason) =>
      whileAvailable(shown, () => cancelJob({ redis, scripts, keys }, { queue, id, reason })),
  };

  const announce = async (queue: string) => {
    if (announced.has(queue)) return;
    await redis.sadd(keys.queues, queue);
    announced.add(queue);
  };

  /** Returns the id of the job that was there already, if one was. */
  const write = async ({ job, chosen, lookedUp }: Prepared): Promise<string | undefined> => {
    await guard(job.data.length);
    await announce(job.queue);
    if (lookedUp) {
      const elsewhere = (await queuesHolding(redis, keys, job.id)).find(
        (queue) => queue !== job.queue,
      );
      if (elsewhere !== undefined) throw new JobIdTakenError(job.id, elsewhere);
    }
    const prepared = await offloadPayload(job, payloadStore);
    const { duplicateOf } = await add(prepared);
    if (duplicateOf !== undefined && prepared.storedKey !== undefined) {
      await payloadStore?.delete(prepared.storedKey);
    }
    // An id of ours is taken only by this very call, sent again after a lost connection.
    return duplicateOf === job.id && !chosen ? undefined : duplicateOf;
  };

  const deliver = async (held: HeldJob): Promise<void> => {
    await whileAvailable(shown, () => write(unpackJob(held)));
  };

  const spool =
    spoolDirectory === undefined ? undefined : openSpool(spoolDirectory, { deliver, log });
  redis.on('ready', () => spool?.wake());

  const heldJob = <Result>({ job, codec, ...prepared }: Coded): Job<Result> =>
    createJobHandle<Result>(
      { ...job, duplicate: false, codec, held: () => recordOfHeld({ ...prepared, job }) },
      access,
    );

  const send = async <Result>(prepared: Coded): Promise<Job<Result>> => {
    const { job, codec } = prepared;
    const duplicateOf = await whileAvailable(shown, () => write(prepared));
    const id = duplicateOf ?? job.id;
    return createJobHandle<Result>(
      { ...job, id, duplicate: duplicateOf !== undefined, codec },
      access,
    );
  };

  /** The way that a job goes: with a transaction, into its queue, or where it can wait for that. */
  const dispatch = async <Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    payload: Input,
    { transaction, whenDown = 'throw', ...options }: EnqueueOptions,
  ): Promise<Job<Result>> => {
    const prepared = prepare(task, payload, options);
    if (transaction !== undefined) {
      await transaction.hold(packJob(prepared));
      return heldJob(prepared);
    }
    if (whenDown === 'throw') return send(prepared);
    if (whenDown === 'spool' && spool === undefined) throw noSpool();
    try {
      return await send(prepared);
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      log?.warn({ task: task.name, jobId: prepared.job.id, whenDown }, 'queue is away');
      if (spool !== undefined && whenDown === 'spool') {
        await spool.hold(packJob(prepared));
        return heldJob(prepared);
      }
      return runInline(prepared, task as unknown as Task, { handlers, redis, enqueue, log });
    }
  };

  const enqueue: Producer['enqueue'] = async (task, payload, options = {}) => {
    if (around === undefined) return dispatch(task, payload, options);
    const job = await around({ task, payload, options }, (call) =>
      dispatch(call.task, call.payload, call.options),
    );
    return job as never; // The job of this task, whatever the hooks did around it.
  };

  return {
    redis,
    queueNames: () => whileAvailable(shown, () => queueNames(redis, keys)),
    queueCounts: () =>
      whileAvailable(shown, async () => countQueues(redis, keys, await queueNames(redis, keys))),
    ping: async () => {
      await whileAvailable(shown, () => redis.ping());
    },

    enqueue,

    async enqueueMany(items) {
      // One that goes another way than into its queue goes it alone.
      if (around !== undefined || items.some(({ options }) => goesElsewhere(options))) {
        return Promise.all(
          items.map(({ task, payload, options }) => enqueue(task, payload, options)),
        );
      }
      const prepared = items.map(({ task, payload, options }) => prepare(task, payload, options));
      // A chosen id is looked up in every queue first, one by one; ours go together, all or none.
      if (prepared.some(({ chosen }) => chosen)) {
        return Promise.all(prepared.map((item) => send(item))) as never;
      }
      const jobs = prepared.map(({ job }) => job);
      const codecs = prepared.map(({ codec }) => codec);
      const added = await whileAvailable(shown, async () => {
        await guard(bytesOf(jobs));
        for (const queue of new Set(jobs.map((job) => job.queue))) await announce(queue);
        const stored = await Promise.all(jobs.map((job) => offloadPayload(job, payloadStore)));
        return writeTogether({ redis, scripts, keys }, stored);
      });
      return jobs.map((job, i) => {
        const duplicateOf = added[i]?.duplicateOf;
        const id = duplicateOf ?? job.id;
        const codec = codecs[i];
        return createJobHandle({ ...job, id, duplicate: duplicateOf !== undefined, codec }, access);
      }) as never; // Each with its own item's Result.
    },

    async enqueueFlow(canvas, { tasks = [], ...options } = {}) {
      const known = [...tasks, ...catalogue];
      const flow = compileFlow(canvas, (name) => taskNamed(name, known), options);
      const last = flow.jobs.find(({ id }) => id === flow.flowId);
      if (last === undefined) throw new Error('A flow has its own last job.');
      await whileAvailable(shown, async () => {
        await guard(bytesOf(flow.jobs));
        for (const queue of new Set(flow.jobs.map((job) => job.queue))) await announce(queue);
        await writeFlow({ redis, scripts, keys }, flow);
      });
      return createJobHandle({ ...last, duplicate: false }, access);
    },

    deliver,

    bury: (message) =>
      whileAvailable(shown, async () => {
        await announce(message.queue);
        return buryMessage({ scripts, keys }, message);
      }),

    foreignOf: ({ queue, id }) =>
      whileAvailable(shown, async () => {
        const data = await redis.hget(`${keys.base(queue)}${id}`, 'data');
        return (data === null ? undefined : parseEnvelope(JSON.parse(data)))?.foreign ?? null;
      }),

    async jobById(id) {
      const [queue] = await whileAvailable(shown, () => queuesHolding(redis, keys, id));
      const record: JobRecord | undefined =
        queue === undefined ? undefined : await access.read(queue, id);
      if (record === undefined) throw new JobNotFoundError(id);
      return createJobHandle({ ...record, id, duplicate: false }, access);
    },

    async [Symbol.asyncDispose]() {
      await spool?.[Symbol.asyncDispose]();
      await channels[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
};

type Coded = Prepared & { codec: Codec | undefined };

const goesElsewhere = ({ transaction, whenDown }: EnqueueOptions = {}): boolean =>
  transaction !== undefined || (whenDown !== undefined && whenDown !== 'throw');

const noSpool = () =>
  new InvalidOptionError(
    'whenDown',
    'there is no place to spool jobs to',
    'Give the producer a folder: createProducer({ spoolDirectory }).',
  );

/** @throws before anything is written. */
const prepare = <Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  payload: Input,
  options: EnqueueOptions = {},
): Coded => {
  parsePayload(task, payload);
  const { traceParent, ...rest } = options;
  const trace = isTraceParent(traceParent) ? { traceParent } : {};
  const job = buildJob(task, payload, { ...rest, ...trace });
  const chosen = options.id !== undefined;
  return { job, chosen, lookedUp: chosen && options.foreign === undefined, codec: task.codec };
};

const bytesOf = (jobs: readonly NewJob[]) =>
  jobs.reduce((bytes, { data }) => bytes + data.length, 0);
