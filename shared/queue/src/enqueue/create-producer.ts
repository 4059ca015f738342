import { catalogue, type Job, type JobRecord, type Task, taskNamed } from '@shared/contracts';
import { InvalidOptionError, JobNotFoundError, QueueUnavailableError } from '@shared/errors';
import type { Logger } from '@shared/service';
import { cancelJob } from '../control/cancel-job.ts';
import { buryMessage } from '../dead-letters/bury-message.ts';
import { scriptsOf } from '../engine/scripts.ts';
import type { Taker } from '../engine/sleep.ts';
import { parseEnvelope } from '../envelope.ts';
import { compileFlow } from '../flows/compile.ts';
import { type HeldJob, packJob, recordOfHeld, unpackJob } from '../held/held-job.ts';
import { runInline } from '../held/run-inline.ts';
import { openSpool } from '../held/spool.ts';
import { type Hooks, nestEnqueue } from '../hooks/hooks.ts';
import { openJobChannels } from '../jobs/job-channels.ts';
import { createJobHandle, type JobAccess } from '../jobs/job-handle.ts';
import { queueNames, queuesHolding } from '../jobs/locate.ts';
import { readJob } from '../jobs/read-job.ts';
import { keysOf } from '../keys.ts';
import type { PayloadStore } from '../large-values/payload-store.ts';
import { parseRedisAddress } from '../redis/address.ts';
import { connectRedis, type RedisConnection } from '../redis/connect.ts';
import { whileAvailable } from '../redis/unavailable.ts';
import type { Implementation } from '../worker/implement.ts';
import type { EnqueueOptions } from './options.ts';
import { type Coded, prepare } from './prepare.ts';
import type { Producer } from './producer.ts';
import { countQueues } from './queue-counts.ts';
import { createJobWriter } from './write-jobs.ts';

export type ProducerOptions = {
  redisUrl: string;
  /** Start of every key, `taskyard` unless told. */
  prefix?: string;
  log?: Logger;
  hooks?: readonly Hooks[];
  /** Takes payloads over 128 KiB; without it they stand in Redis, up to 1 MiB. */
  payloadStore?: PayloadStore;
  /** Who does the work of jobs that are enqueued with `whenDown: 'inline'`. */
  handlers?: readonly Implementation[];
  /** Where jobs wait that are enqueued with `whenDown: 'spool'`; a folder of this machine's disk. */
  spoolDirectory?: string;
  /** A worker of this process, and the connection that it takes its jobs by, which stays the worker's. */
  over?: { redis: RedisConnection; taker: Taker };
};

/** What enqueues jobs and reads them. Open one per process and share it. */
export const createProducer = ({
  redisUrl,
  prefix = 'taskyard',
  log,
  hooks = [],
  payloadStore,
  handlers = [],
  spoolDirectory,
  over,
}: ProducerOptions): Producer => {
  const { shown, db } = parseRedisAddress(redisUrl);
  const redis =
    over?.redis ??
    connectRedis({ url: redisUrl, name: 'taskyard:producer', ...(log ? { log } : {}) });
  const keys = keysOf(prefix);
  const scripts = scriptsOf(redis);
  const write = createJobWriter({ redis, scripts, keys, db, payloadStore }, over?.taker);
  const channels = openJobChannels(redisUrl, keys);
  const around = nestEnqueue(hooks);

  const access: JobAccess = {
    channels,
    read: (queue, id) =>
      whileAvailable(shown, () => readJob({ scripts, keys, payloadStore }, queue, id)),
    cancel: (queue, id, reason) =>
      whileAvailable(shown, () => cancelJob({ redis, scripts, keys }, { queue, id, reason })),
  };

  const deliver = async (held: HeldJob): Promise<void> => {
    await whileAvailable(shown, () => write.one(unpackJob(held)));
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
    const duplicateOf = await whileAvailable(shown, () => write.one(prepared));
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
      return runInline(prepared, { handlers, redis, enqueue, hold: spool?.hold, log });
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
      const added = await whileAvailable(shown, () => write.many(jobs));
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
      await whileAvailable(shown, () => write.flow(flow));
      return createJobHandle({ ...last, duplicate: false }, access);
    },

    deliver,

    async claim(task, payload, options, claim) {
      const { codec, ...prepared } = prepare(task, payload, options);
      const claimed = await whileAvailable(shown, () => write.claim(prepared, claim));
      if (claimed === undefined) return undefined;
      const { duplicateOf, left } = claimed;
      const id = duplicateOf ?? prepared.job.id;
      const duplicate = duplicateOf !== undefined;
      return { job: createJobHandle({ ...prepared.job, id, duplicate, codec }, access), left };
    },

    bury: (message) =>
      whileAvailable(shown, async () => {
        await write.announce(message.queue);
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
      if (over === undefined) redis.disconnect();
    },
  };
};

const goesElsewhere = ({ transaction, whenDown }: EnqueueOptions = {}): boolean =>
  transaction !== undefined || (whenDown !== undefined && whenDown !== 'throw');

const noSpool = () =>
  new InvalidOptionError(
    'whenDown',
    'there is no place to spool jobs to',
    'Give the producer a folder: createProducer({ spoolDirectory }), SPOOL_DIRECTORY of our processes.',
  );
