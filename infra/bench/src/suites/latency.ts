import { type Metrics, quantile, summarise } from '../metric.ts';
import { type SideName, startSides } from '../peers/sides.ts';
import { repeat, taking } from '../rounds.ts';
import type { Suite } from '../suite.ts';

const QUEUE = 'idle';
const PAYLOAD_BYTES = 200;
const CONCURRENCY = 10;
const WARM_UP = 50;
const BUDGET_MS = 40_000;

/** Each one is waited for: of 10,000 jobs 300 go to and fro in a round. */
const SHARE = 0.03;
const LEAST_ROUND_TRIPS = 20;

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** Only the middle is steady enough on a shared machine to promise anything. */
const PROMISED_P50 = 1.15;

export const latency: Suite = {
  name: 'latency',
  summary: 'from enqueue to result while nothing else is to be done',
  rival: 'BullMQ',

  async run(bench) {
    await using processes = await startSides(bench.redisUrl);
    const jobs = Math.max(Math.round(bench.jobs * SHARE), LEAST_ROUND_TRIPS);
    for (const { worker, producer } of processes.sides) {
      await worker.ask('serve', { queue: QUEUE, concurrency: CONCURRENCY });
      const order = { queue: QUEUE, jobs: WARM_UP, payloadBytes: PAYLOAD_BYTES };
      await producer.ask('roundTrips', order);
    }
    const rounds: Record<SideName, number[]>[] = [];
    await repeat(bench, BUDGET_MS, async (round) => {
      const took = { ours: [] as number[], rival: [] as number[] };
      for (const { name, producer } of taking(round, processes.sides)) {
        const order = { queue: QUEUE, jobs, payloadBytes: PAYLOAD_BYTES };
        took[name] = await producer.ask('roundTrips', order);
      }
      rounds.push(took);
    });
    const metrics: Metrics = {};
    for (const [name, q] of Object.entries(QUANTILES)) {
      const runs = rounds.map(({ ours, rival }) => ({
        ours: quantile(ours, q),
        rival: quantile(rival, q),
      }));
      metrics[`round_trip_${name}`] = summarise(runs, {
        unit: 'ms',
        better: 'lower',
        ...(name === 'p50' ? { must: PROMISED_P50 } : {}),
      });
    }
    return metrics;
  },
};
