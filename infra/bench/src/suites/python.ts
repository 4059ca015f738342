import { type Judgement, type Metrics, quantile, type Run, summarise } from '../metric.ts';
import type { ProducerCommands } from '../peers/commands.ts';
import { type RunningSide, SIDES, startSide } from '../peers/sides.ts';
import type { Peer } from '../peers/start-peer.ts';
import { drainWithPython, placeOf } from '../python/drain-with-python.ts';
import { pythonLabel } from '../python/python-environment.ts';
import { PYTHON_RIVALS, type PythonRival } from '../python/python-rivals.ts';
import { startPythonClient, startPythonWorker } from '../python/start-python.ts';
import { repeat } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';
import { drainOn, enqueueOn } from './measure.ts';

const PAYLOAD_BYTES = 200;
const CONCURRENCY = 50;
const BUDGET_MS = 150_000;
const LEAST_JOBS = 20;
const ROUND_TRIPS_SHARE = 0.01;
const WARM_UP = 10;

/** Ours against the libraries that teams come from, each with its own worker program and client. */
export const python: Suite = {
  name: 'python',
  summary:
    'the same no-op jobs with Celery, RQ and ARQ: their own clients, workers and Redis usage',
  rival: [...new Set(PYTHON_RIVALS.map(({ library }) => pythonLabel(library)))].join(', '),

  async run(bench) {
    await bench.meter.empty();
    await using ours = await startSide(SIDES[0], bench.redisUrl);
    await warmUp(bench, ours);
    const runs = new Map<string, Run[]>();
    await repeat(bench, BUDGET_MS, async (round) => {
      for (const rival of PYTHON_RIVALS) {
        for (const [metric, run] of await compare(bench, ours, rival, round)) {
          runs.set(metric, [...(runs.get(metric) ?? []), run]);
        }
      }
    });
    const metrics: Metrics = {};
    for (const [name, pairs] of runs) metrics[name] = summarise(pairs, judgementOf(name));
    return metrics;
  },
};

type Pair = { ours: RunningSide; rival: PythonRival; client: Peer<ProducerCommands> };

/** Everything within seconds of each other: the neighbours on the machine come and go. */
const compare = async (
  bench: Bench,
  ours: RunningSide,
  rival: PythonRival,
  round: number,
): Promise<(readonly [string, Run])[]> => {
  await using client = await startPythonClient(rival.library, placeOf(rival, bench.redisUrl));
  const pair = { ours, rival, client };
  const queue = `${rival.name}-${round}`;
  const runs = {
    ...(await fill(bench, pair, queue)),
    ...(await drain(bench, pair, queue)),
    ...(await goToAndFro(bench, pair, `${queue}-idle`)),
  };
  return Object.entries(runs).map(([metric, run]) => [`${rival.name}_${metric}`, run] as const);
};

/** The last one fills the queue that is drained next. */
const fill = async (bench: Bench, { ours, rival, client }: Pair, queue: string) => {
  const runs: Record<string, Run> = {};
  for (const manner of ['sequential', 'concurrent'] as const) {
    const order = {
      queue: manner === 'concurrent' ? queue : `${queue}-${manner}`,
      manner,
      payloadBytes: PAYLOAD_BYTES,
    };
    const theirs = { ...order, jobs: atLeast(bench.jobs * rival.share) };
    runs[`enqueue_${manner}`] = {
      ours: await enqueueOn(ours, { ...order, jobs: atLeast(bench.jobs) }),
      rival: await enqueueOn({ producer: client }, theirs),
    };
  }
  return runs;
};

const drain = async (bench: Bench, { ours, rival }: Pair, queue: string) => {
  const order = { queue, jobs: atLeast(bench.jobs), concurrency: CONCURRENCY };
  const us = await drainOn(bench, ours, order);
  const theirs = { queue, jobs: atLeast(bench.jobs * rival.share) };
  const them = await drainWithPython(bench, rival, theirs);
  const runs: Record<string, Run> = {
    drain: { ours: us.jobsPerSecond, rival: them.jobsPerSecond },
  };
  if (them.micros !== undefined) {
    runs['cpu'] = { ours: us.workerMicros + us.redisMicros, rival: them.micros };
  }
  return runs;
};

const goToAndFro = async (bench: Bench, { ours, rival, client }: Pair, queue: string) => {
  const place = placeOf(rival, bench.redisUrl);
  const wanted = rival.worker({ queue, broker: bench.redisUrl, idle: true });
  const worker = await startPythonWorker(rival.library, place, wanted);
  try {
    await ours.worker.ask('serve', { queue, concurrency: CONCURRENCY });
    const p50 = async (producer: Peer<ProducerCommands>) => {
      const order = { queue, jobs: WARM_UP, payloadBytes: PAYLOAD_BYTES };
      await producer.ask('roundTrips', order);
      const jobs = atLeast(bench.jobs * ROUND_TRIPS_SHARE);
      return quantile(await producer.ask('roundTrips', { ...order, jobs }), 0.5);
    };
    return { round_trip_p50: { ours: await p50(ours.producer), rival: await p50(client) } };
  } finally {
    await worker.stop({ signal: 'SIGKILL' });
  }
};

const atLeast = (jobs: number) => Math.max(Math.round(jobs), LEAST_JOBS);

/** Loads scripts and lets our code be compiled, as the throughput suite does. */
const warmUp = async (bench: Bench, ours: RunningSide) => {
  const jobs = atLeast(bench.jobs / 10);
  const order = {
    queue: 'warm-up',
    jobs,
    manner: 'concurrent',
    payloadBytes: PAYLOAD_BYTES,
  } as const;
  await enqueueOn(ours, order);
  await drainOn(bench, ours, { queue: 'warm-up', jobs, concurrency: CONCURRENCY });
};

const judgementOf = (metric: string): Judgement => {
  const must = PYTHON_RIVALS.find(({ name }) => metric.startsWith(`${name}_`))?.must ?? {};
  const [, kind = ''] = /_(cpu|drain|sequential|concurrent|round_trip)(_p50)?$/.exec(metric) ?? [];
  if (kind === 'cpu') return { unit: 'µs/job', better: 'lower', ...promised(must.cpu) };
  if (kind === 'round_trip') return { unit: 'ms', better: 'lower', ...promised(must.roundTrip) };
  const rates: Partial<Record<string, number>> = must;
  return { unit: 'jobs/s', better: 'higher', ...promised(rates[kind]) };
};

const promised = (value: number | undefined) => (value === undefined ? {} : { must: value });
