import { type Judgement, type Metrics, quantile, type Run, summarise } from '../metric.ts';
import type { PrecedenceWorkerCommands } from '../peers/precedence-commands.ts';
import { type RunningSide, startSides } from '../peers/sides.ts';
import { type Peer, startPeer } from '../peers/start-peer.ts';
import { repeat, taking } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';
import { JobsMissingError } from './jobs-missing-error.ts';
import { enqueueOn } from './measure.ts';

const QUEUES = ['high', 'default', 'low'] as const;
const IDLE_QUEUES = QUEUES.map((queue) => `idle-${queue}`);
const CONCURRENCY = 48;
const PAYLOAD_BYTES = 200;
const BUDGET_MS = 60_000;
const LEAST_JOBS = 20;
const PICKUPS_SHARE = 0.02;
const WARM_UP = 50;
const PAUSE_MS = 3;

/**
 * One worker for three queues. BullMQ has no order between queues: a worker for each, side by side, so
 * that the drain's ratio is the price of strict order.
 */
export const precedence: Suite = {
  name: 'precedence',
  summary: 'one worker for three queues: draining them in strict order, and picking up while idle',
  rival: 'BullMQ (unordered)',

  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const { sides } = stack.use(await startSides(bench.redisUrl));
    const [ours, rival] = sides;
    const pair = [
      { ...ours, workers: stack.use(await start('./ours-precedence-worker.ts', bench)) },
      { ...rival, workers: stack.use(await start('./bullmq-precedence-worker.ts', bench)) },
    ] as const;
    const runs = new Map<string, Run[]>();
    const keep = (metric: string, run: Run) => runs.set(metric, [...(runs.get(metric) ?? []), run]);
    const warmUp = Math.max(Math.round(bench.jobs / 10), LEAST_JOBS);
    for (const side of pair) await drain(bench, side, 'warm-up', warmUp);
    await serveIdly(pair);
    await repeat(bench, BUDGET_MS, async (round) => {
      const took = { ours: NOTHING, rival: NOTHING };
      for (const side of taking(round, pair)) took[side.name] = await measure(bench, side, round);
      for (const metric of METRICS) {
        keep(metric, { ours: took.ours[metric], rival: took.rival[metric] });
      }
    });
    const metrics: Metrics = {};
    for (const metric of METRICS)
      metrics[metric] = summarise(runs.get(metric) ?? [], JUDGEMENTS[metric]);
    return metrics;
  },
};

type Side = RunningSide & { workers: Peer<PrecedenceWorkerCommands> };

const METRICS = ['drain', 'in_order', 'pickup_p50', 'pickup_p99'] as const;

type Measured = Record<(typeof METRICS)[number], number>;

const NOTHING: Measured = { drain: 0, in_order: 0, pickup_p50: 0, pickup_p99: 0 };

const JUDGEMENTS: Record<(typeof METRICS)[number], Judgement> = {
  drain: { unit: 'jobs/s', better: 'higher', must: 0.85 },
  in_order: { unit: 'of 1,000 jobs', better: 'higher', must: 1 },
  pickup_p50: { unit: 'ms', better: 'lower', must: 1.15 },
  pickup_p99: { unit: 'ms', better: 'lower' },
};

const start = (program: string, { redisUrl }: Bench) =>
  startPeer<PrecedenceWorkerCommands>(program, redisUrl);

/** The last queue that is looked into. */
const LOWEST = {
  queue: IDLE_QUEUES.at(-1) ?? '',
  payloadBytes: PAYLOAD_BYTES,
  stamped: true,
  pauseMs: PAUSE_MS,
};

const serveIdly = async (pair: readonly Side[]) => {
  for (const { workers, producer } of pair) {
    await workers.ask('serve', { queues: IDLE_QUEUES, concurrency: CONCURRENCY });
    await producer.ask('roundTrips', { ...LOWEST, jobs: WARM_UP });
    await workers.ask('pickups', null);
  }
};

const measure = async (bench: Bench, side: Side, round: number): Promise<Measured> => {
  const jobsEach = Math.max(Math.round(bench.jobs / QUEUES.length), LEAST_JOBS);
  const drained = await drain(bench, side, `round-${round}`, jobsEach);
  const pickups = Math.max(Math.round(bench.jobs * PICKUPS_SHARE), LEAST_JOBS);
  await side.producer.ask('roundTrips', { ...LOWEST, jobs: pickups });
  const waited = await side.workers.ask('pickups', null);
  return { ...drained, pickup_p50: quantile(waited, 0.5), pickup_p99: quantile(waited, 0.99) };
};

/** Fills the queues, the lowest first, and empties them. */
const drain = async ({ meter }: Bench, side: Side, name: string, jobsEach: number) => {
  const queues = QUEUES.map((queue) => `${name}-${queue}`);
  for (const queue of queues.toReversed()) {
    const order = { queue, jobs: jobsEach, manner: 'bulk', payloadBytes: PAYLOAD_BYTES } as const;
    await enqueueOn(side, order);
  }
  const order = { queues, jobsEach, concurrency: CONCURRENCY };
  const { jobs, ms, outOfOrder } = await side.workers.ask('drain', order);
  for (const queue of queues) {
    const complete = await meter.sortedSetSize(side.completedKey(queue));
    if (complete !== jobsEach) throw new JobsMissingError(side.name, complete, jobsEach);
  }
  return {
    drain: (jobs / ms) * 1_000,
    in_order: (1 - outOfOrder / (jobsEach * queues.length)) * 1_000,
  };
};
