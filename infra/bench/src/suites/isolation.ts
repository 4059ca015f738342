import { type Metrics, quantile, summarise } from '../metric.ts';
import type { ProducerCommands } from '../peers/commands.ts';
import type { IsolatedWorkerCommands, Place } from '../peers/isolated-commands.ts';
import { SIDES, type SideName } from '../peers/sides.ts';
import { type Peer, startPeer } from '../peers/start-peer.ts';
import { repeat, taking } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';

const PLACES: readonly Place[] = ['inline', 'thread', 'process'];
const PAYLOAD_BYTES = 200;
const WARM_UP = 50;
const BUDGET_MS = 40_000;

/** Each one is waited for: of 10,000 jobs 100 go to and fro in a round and place. */
const SHARE = 0.01;
const LEAST_ROUND_TRIPS = 20;

/** Ours are sessions of their own, which wait longer for their turn while a machine is busy. */
const PROMISED_P50 = 1.25;

export const isolation: Suite = {
  name: 'isolation',
  summary: 'from enqueue to result, the handler in the worker, a warm thread or a warm process',
  rival: "BullMQ's sandbox",

  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const sides = [
      await startSide(bench, stack, 'ours', './ours-isolated-worker.ts'),
      await startSide(bench, stack, 'rival', './bullmq-isolated-worker.ts'),
    ] as const;
    const jobs = Math.max(Math.round(bench.jobs * SHARE), LEAST_ROUND_TRIPS);
    const rounds: Record<SideName, Record<Place, number>>[] = [];
    await repeat(bench, BUDGET_MS, async (round) => {
      const took = { ours: { ...NOTHING }, rival: { ...NOTHING } };
      for (const place of PLACES) {
        for (const { name, producer } of taking(round, sides)) {
          took[name][place] = quantile(await producer.ask('roundTrips', order(place, jobs)), 0.5);
        }
      }
      rounds.push(took);
    });
    const metrics: Metrics = {};
    for (const place of PLACES) {
      const runs = rounds.map(({ ours, rival }) => ({ ours: ours[place], rival: rival[place] }));
      metrics[`${place}_round_trip_p50`] = summarise(runs, {
        unit: 'ms',
        better: 'lower',
        must: PROMISED_P50,
      });
    }
    return metrics;
  },
};

const NOTHING: Record<Place, number> = { inline: 0, thread: 0, process: 0 };

const order = (place: Place, jobs: number) => ({
  queue: `isolation-${place}`,
  jobs,
  payloadBytes: PAYLOAD_BYTES,
});

/** One side's producer and worker, with a warm handler in every place. */
const startSide = async (
  { redisUrl }: Bench,
  stack: AsyncDisposableStack,
  name: SideName,
  program: string,
): Promise<{ name: SideName; producer: Peer<ProducerCommands> }> => {
  const side = SIDES[name === 'ours' ? 0 : 1];
  const producer = stack.use(await side.startProducer(redisUrl));
  const worker = stack.use(await startPeer<IsolatedWorkerCommands>(program, redisUrl));
  for (const place of PLACES) {
    const { queue } = order(place, 0);
    await worker.ask('serve', { queue, place });
    await producer.ask('roundTrips', order(place, WARM_UP));
  }
  return { name, producer };
};
