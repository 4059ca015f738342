import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type ConnectedDatabase, makePartitions, migrate } from '@shared/database';
import { startPostgres } from '@shared/embedded';
import { type Run, summarise } from '../metric.ts';
import type { AnalyticsCommands, Writing } from '../peers/analytics-commands.ts';
import type { SideName } from '../peers/sides.ts';
import { type Peer, startPeer } from '../peers/start-peer.ts';
import { repeat, taking } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';
import { JobsMissingError } from './jobs-missing-error.ts';

/** As many as the service runs side by side unless told, on both sides. */
const CONCURRENCY = 500;
const BUDGET_MS = 90_000;

/** What one INSERT for each job writes in a second; ours has to be ten times that. */
const PROMISED = 10;

type Side = { name: SideName; writing: Writing };

const SIDES: readonly [Side, Side] = [
  { name: 'ours', writing: 'batched' },
  { name: 'rival', writing: 'one-by-one' },
];

/**
 * Events into a PostgreSQL of our own that forces every commit to disk. `write` is the writing alone,
 * at the concurrency of the jobs; `drain` has the queue's own work in it, which is the same for both
 * and bounds what batches can gain.
 */
export const analytics: Suite = {
  name: 'analytics',
  summary: 'events of jobs into PostgreSQL, committed before their jobs are complete',
  rival: 'one INSERT a job',

  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const { databaseUrl, database } = await openDatabase(stack);
    const worker = stack.use(
      await startPeer<AnalyticsCommands>('./analytics-worker.ts', bench.redisUrl),
    );
    const place = { bench, worker, database, databaseUrl };
    for (const { writing } of SIDES) await drain(place, { writing, jobs: bench.jobs / 10 });

    const write: Run[] = [];
    const drained: Run[] = [];
    await repeat(bench, BUDGET_MS, async (round) => {
      const written = { ours: 0, rival: 0 };
      const rates = { ours: 0, rival: 0 };
      for (const { name, writing } of taking(round, SIDES)) {
        written[name] = await writeOnly(place, { writing, jobs: bench.jobs });
        rates[name] = await drain(place, { writing, jobs: bench.jobs });
      }
      write.push(written);
      drained.push(rates);
    });
    return {
      write: summarise(write, { unit: 'events/s', better: 'higher', must: PROMISED }),
      drain: summarise(drained, { unit: 'jobs/s', better: 'higher' }),
    };
  },
};

type Place = {
  bench: Bench;
  worker: Peer<AnalyticsCommands>;
  database: ConnectedDatabase;
  databaseUrl: string;
};

type Order = { writing: Writing; jobs: number };

const openDatabase = async (stack: AsyncDisposableStack) => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-bench-postgres-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const { url: databaseUrl } = stack.use(await startPostgres({ directory, durable: true }));
  await migrate(databaseUrl);
  const database = stack.use(connectDatabase(databaseUrl));
  await makePartitions(database, [new Date()]);
  return { databaseUrl, database };
};

const writeOnly = async ({ worker, database, databaseUrl }: Place, { writing, jobs }: Order) => {
  await database.$client.query('truncate analytics_events');
  const order = { writing, jobs, databaseUrl, concurrency: CONCURRENCY };
  const { ms } = await worker.ask('write', order);
  await mustBeThere(database, writing, jobs);
  return (jobs / ms) * 1_000;
};

const drain = async (
  { bench, worker, database, databaseUrl }: Place,
  { writing, jobs: wanted }: Order,
) => {
  const jobs = Math.max(Math.round(wanted), 20);
  await database.$client.query('truncate analytics_events');
  await bench.meter.empty();
  await worker.ask('enqueue', { jobs });
  const order = { writing, jobs, databaseUrl, concurrency: CONCURRENCY };
  const drained = await worker.ask('drain', order);
  await mustBeThere(database, writing, jobs);
  return (drained.jobs / drained.ms) * 1_000;
};

const mustBeThere = async (database: ConnectedDatabase, writing: Writing, jobs: number) => {
  const { rows } = await database.$client.query<{ events: number }>(
    'select count(*)::int as events from analytics_events',
  );
  const events = rows[0]?.events ?? 0;
  if (events !== jobs) throw new JobsMissingError(writing, events, jobs);
};
