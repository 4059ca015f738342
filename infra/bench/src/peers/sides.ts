import type { ProducerCommands, WorkerCommands } from './commands.ts';
import { PREFIX } from './no-op-task.ts';
import { type Peer, startPeer } from './start-peer.ts';

export type SideName = 'ours' | 'rival';

/** One side of the comparison with BullMQ: a producer and a worker, each a process of its own. */
export type Side = {
  name: SideName;
  /** Ours and BullMQ's keep what is done in a sorted set. */
  completedKey(queue: string): string;
  startProducer(redisUrl: string): Promise<Peer<ProducerCommands>>;
  startWorker(redisUrl: string): Promise<Peer<WorkerCommands>>;
};

/** Both are given the same orders; only the library differs. */
export const SIDES: readonly [Side, Side] = [
  {
    name: 'ours',
    completedKey: (queue) => `{${PREFIX}}:${queue}:completed`,
    startProducer: (redisUrl) => startPeer('./ours-producer.ts', redisUrl),
    startWorker: (redisUrl) => startPeer('./ours-worker.ts', redisUrl),
  },
  {
    name: 'rival',
    completedKey: (queue) => `bull:${queue}:completed`,
    startProducer: (redisUrl) => startPeer('./bullmq-producer.ts', redisUrl),
    startWorker: (redisUrl) => startPeer('./bullmq-worker.ts', redisUrl),
  },
];

/** A side whose two processes run. */
export type RunningSide = AsyncDisposable &
  Pick<Side, 'name' | 'completedKey'> & {
    producer: Peer<ProducerCommands>;
    worker: Peer<WorkerCommands>;
  };

/** Starts both sides' processes; they stop together. */
export const startSides = async (
  redisUrl: string,
): Promise<AsyncDisposable & { sides: readonly [RunningSide, RunningSide] }> => {
  await using starting = new AsyncDisposableStack();
  const [ours, rival] = SIDES;
  const sides = [
    starting.use(await startSide(ours, redisUrl)),
    starting.use(await startSide(rival, redisUrl)),
  ] as const;
  const running = starting.move();
  return { sides, [Symbol.asyncDispose]: () => running.disposeAsync() };
};

/** Starts one side's processes. */
export const startSide = async (side: Side, redisUrl: string): Promise<RunningSide> => {
  await using starting = new AsyncDisposableStack();
  const producer = starting.use(await side.startProducer(redisUrl));
  const worker = starting.use(await side.startWorker(redisUrl));
  const running = starting.move();
  const { name, completedKey } = side;
  return {
    name,
    completedKey,
    producer,
    worker,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};
