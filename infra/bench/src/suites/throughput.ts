import { type Judgement, type Metrics, type Run, summarise } from '../metric.ts';
import type { Manner } from '../peers/commands.ts';
import { type RunningSide, startSides } from '../peers/sides.ts';
import { repeat, taking } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';
import { drainOn, enqueueOn } from './measure.ts';

/** One queue that is filled and emptied; `share` of the bench's jobs pass through it. */
type Load = {
  /** The metric that filling it gives, if that is worth one. */
  filling?: string;
  manner: Manner;
  /** What the metrics of emptying it begin with. */
  draining: string;
  concurrency: number;
  share: number;
  payloadBytes: number;
};

const SMALL = 200;
const LARGE = 65_536;

/** Slow ones get fewer jobs, so that each takes about a second. */
const LOADS: readonly Load[] = [
  {
    filling: 'enqueue_sequential',
    manner: 'sequential',
    draining: 'drain_c1',
    concurrency: 1,
    share: 0.2,
    payloadBytes: SMALL,
  },
  {
    filling: 'enqueue_concurrent_100',
    manner: 'concurrent',
    draining: 'drain_c10',
    concurrency: 10,
    share: 0.5,
    payloadBytes: SMALL,
  },
  {
    filling: 'enqueue_bulk_1000',
    manner: 'bulk',
    draining: 'drain_c50',
    concurrency: 50,
    share: 1,
    payloadBytes: SMALL,
  },
  {
    manner: 'bulk',
    draining: 'drain_c200',
    concurrency: 200,
    share: 1,
    payloadBytes: SMALL,
  },
  {
    filling: 'enqueue_concurrent_100_64kib',
    manner: 'concurrent',
    draining: 'drain_c50_64kib',
    concurrency: 50,
    share: 0.05,
    payloadBytes: LARGE,
  },
];

const BUDGET_MS = 85_000;
const LEAST_JOBS = 20;

export const throughput: Suite = {
  name: 'throughput',
  summary: 'enqueue and drain no-op jobs, at the same settings',
  rival: 'BullMQ',

  async run(bench) {
    await using processes = await startSides(bench.redisUrl);
    const runs = new Map<string, Run[]>();
    await warmUp(bench, processes.sides);
    await repeat(bench, BUDGET_MS, async (round) => {
      for (const [at, load] of LOADS.entries()) {
        const pair = new Map<string, Partial<Run>>();
        // Both sides of a load within seconds: the neighbours on the machine come and go.
        for (const side of taking(round + at, processes.sides)) {
          for (const [metric, value] of Object.entries(await pass(bench, side, load, round))) {
            pair.set(metric, { ...pair.get(metric), [side.name]: value });
          }
        }
        for (const [metric, run] of pair) {
          runs.set(metric, [...(runs.get(metric) ?? []), run as Run]); // Both sides gave the same metrics.
        }
      }
    });
    const metrics: Metrics = {};
    for (const [name, pairs] of runs) metrics[name] = summarise(pairs, judgementOf(name));
    return metrics;
  },
};

/** Fills one queue, empties it, and gives what was measured by the metric's name. */
const pass = async (bench: Bench, side: RunningSide, load: Load, round: number) => {
  const { filling, draining, manner, concurrency, payloadBytes, share } = load;
  const jobs = Math.max(Math.round(bench.jobs * share), LEAST_JOBS);
  const queue = `${draining}-${round}`;
  await bench.meter.empty();
  const rate = await enqueueOn(side, { queue, jobs, manner, payloadBytes });
  const drained = await drainOn(bench, side, { queue, jobs, concurrency });
  return {
    ...(filling === undefined ? {} : { [filling]: rate }),
    [draining]: drained.jobsPerSecond,
    [`${draining}_worker_cpu`]: drained.workerMicros,
    [`${draining}_redis_cpu`]: drained.redisMicros,
    [`${draining}_cpu`]: drained.workerMicros + drained.redisMicros,
    [`${draining}_redis_commands`]: drained.redisCommands,
  };
};

/** Loads scripts and lets both sides' code be compiled; nothing of it is measured. */
const warmUp = async (bench: Bench, sides: readonly RunningSide[]) => {
  const jobs = Math.max(Math.round(bench.jobs / 10), LEAST_JOBS);
  for (const side of sides) {
    await enqueueOn(side, { queue: 'warm-up', jobs, manner: 'concurrent', payloadBytes: SMALL });
    await drainOn(bench, side, { queue: 'warm-up', jobs, concurrency: 50 });
  }
};

/** Where the processor is the limit; elsewhere its time per job is told and not promised. */
const SATURATED = 'drain_c50_';

/** What the platform promises against stock BullMQ. */
const judgementOf = (metric: string): Judgement => {
  if (metric.endsWith('_redis_commands')) {
    return { unit: 'commands/job', better: 'lower', must: 1 };
  }
  if (metric.endsWith('_cpu')) {
    const judgement = { unit: 'µs/job', better: 'lower' } as const;
    return metric.startsWith(SATURATED) ? { ...judgement, must: 1.15 } : judgement;
  }
  return { unit: 'jobs/s', better: 'higher', must: 0.85 };
};
