import { type Judgement, type Metrics, quantile, type Run, summarise } from '../metric.ts';
import type { ProducerCommands } from '../peers/commands.ts';
import type { Peer } from '../peers/start-peer.ts';
import { drainBy, drainWithPython, placeOf } from '../python/drain-with-python.ts';
import { type PythonLibrary, pythonLabel } from '../python/python-environment.ts';
import { PYTHON_RIVALS, type PythonRival } from '../python/python-rivals.ts';
import { startPythonClient, startPythonWorker } from '../python/start-python.ts';
import { startServed } from '../python/start-served.ts';
import { repeat } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';

const PAYLOAD_BYTES = 200;
const CONCURRENCY = 50;
const BUDGET_MS = 120_000;
const LEAST_JOBS = 50;
const ROUND_TRIPS_SHARE = 0.01;
const WARM_UP = 100;

/** What a team gains that changes its workers for ours and not a line of its Python. */
const PROMISED: Partial<Record<string, { drain?: number; roundTrip?: number }>> = {
  celery_prefork_2: { drain: 2, roundTrip: 1 },
  rq_fork: { drain: 10 },
  arq_100: { drain: 2 },
};

/** The library's own client on both sides: its jobs are run by its own worker, or by ours. */
const served = (library: PythonLibrary): Suite => {
  const rivals = PYTHON_RIVALS.filter((rival) => rival.library === library);
  return {
    name: library,
    summary: `no-op jobs of one and the same ${pythonLabel(library)} client, run by our worker`,
    rival: `its own worker`,

    async run(bench) {
      const runs = new Map<string, Run[]>();
      await repeat(bench, BUDGET_MS, async (round) => {
        for (const rival of rivals) {
          for (const [metric, run] of await compare(bench, rival, round)) {
            runs.set(metric, [...(runs.get(metric) ?? []), run]);
          }
        }
      });
      const metrics: Metrics = {};
      for (const [name, pairs] of runs) metrics[name] = summarise(pairs, judgementOf(name));
      return metrics;
    },
  };
};

const compare = async (bench: Bench, rival: PythonRival, round: number) => {
  await bench.meter.empty();
  const place = placeOf(rival, bench.redisUrl);
  await using client = await startPythonClient(rival.library, place);
  const queue = `${rival.name}-${round}`;
  const runs = {
    ...(await drain(bench, rival, client, queue)),
    round_trip_p50: {
      ours: await goToAndFro(bench, client, `${queue}-ours`, (idle) =>
        startServed(rival.library, place, { queue: idle, concurrency: CONCURRENCY }),
      ),
      rival: await goToAndFro(bench, client, `${queue}-rival`, (idle) =>
        startPythonWorker(
          rival.library,
          place,
          rival.worker({ queue: idle, broker: bench.redisUrl, idle: true }),
        ),
      ),
    },
  };
  return Object.entries(runs).map(([metric, run]) => [`${rival.name}_${metric}`, run] as const);
};

const drain = async (
  bench: Bench,
  rival: PythonRival,
  client: Peer<ProducerCommands>,
  queue: string,
): Promise<Record<string, Run>> => {
  const place = placeOf(rival, bench.redisUrl);
  const fill = async (name: string, jobs: number) => {
    await client.ask('enqueue', { queue: name, jobs, manner: 'bulk', payloadBytes: PAYLOAD_BYTES });
    return { queue: name, jobs };
  };
  // The client is the slow part: it fills no more than it must.
  const ours = await fill(`${queue}-a`, atLeast(bench.jobs / 2));
  const start = () =>
    startServed(rival.library, place, { queue: ours.queue, concurrency: CONCURRENCY });
  const us = await drainBy(start, bench, rival, ours);
  const theirs = await fill(`${queue}-b`, atLeast(bench.jobs * rival.share));
  const them = await drainWithPython(bench, rival, theirs);
  const runs: Record<string, Run> = {
    drain: { ours: us.jobsPerSecond, rival: them.jobsPerSecond },
  };
  if (us.micros !== undefined && them.micros !== undefined) {
    runs['cpu'] = { ours: us.micros, rival: them.micros };
  }
  return runs;
};

const goToAndFro = async (
  bench: Bench,
  client: Peer<ProducerCommands>,
  queue: string,
  start: (queue: string) => ReturnType<typeof startServed>,
): Promise<number> => {
  const worker = await start(queue);
  try {
    const order = { queue, jobs: WARM_UP, payloadBytes: PAYLOAD_BYTES };
    await client.ask('roundTrips', order);
    const jobs = atLeast(bench.jobs * ROUND_TRIPS_SHARE);
    return quantile(await client.ask('roundTrips', { ...order, jobs }), 0.5);
  } finally {
    await worker.stop({ signal: 'SIGKILL' });
  }
};

const atLeast = (jobs: number) => Math.max(Math.round(jobs), LEAST_JOBS);

const judgementOf = (metric: string): Judgement => {
  const rival = Object.keys(PROMISED).find((name) => metric.startsWith(`${name}_`)) ?? '';
  const { drain: rate, roundTrip } = PROMISED[rival] ?? {};
  if (metric.endsWith('_cpu')) return { unit: 'µs/job', better: 'lower' };
  if (metric.endsWith('_p50')) {
    return { unit: 'ms', better: 'lower', ...(roundTrip === undefined ? {} : { must: roundTrip }) };
  }
  return { unit: 'jobs/s', better: 'higher', ...(rate === undefined ? {} : { must: rate }) };
};

export const celery = served('celery');
export const rq = served('rq');
export const arq = served('arq');
