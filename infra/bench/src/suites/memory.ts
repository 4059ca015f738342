import { setTimeout as sleep } from 'node:timers/promises';
import { type Run, summarise } from '../metric.ts';
import { type RunningSide, type Side, SIDES, startSides } from '../peers/sides.ts';
import { repeat, taking } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';
import { drainOn, enqueueOn } from './measure.ts';

const PAYLOAD_BYTES = 200;
const CONCURRENCY = 50;
const BUDGET_MS = 40_000;

/** Memory hardly differs between rounds. */
const MOST_ROUNDS = 3;

/** What a process takes to come to rest after its start. */
const SETTLE_MS = 1_000;

const MIB = 1_048_576;

/** Beside BullMQ ours has schemas, logs and metrics loaded. */
const PROMISED_RSS = 1.4;
const PROMISED_BYTES = 1.2;

export const memory: Suite = {
  name: 'memory',
  summary: 'an idle worker, and what Redis holds for a waiting and a finished job',
  rival: 'BullMQ',

  async run(bench) {
    const idle: Run[] = [];
    const waiting: Run[] = [];
    const finished: Run[] = [];
    await using processes = await startSides(bench.redisUrl);
    // The first jobs load the scripts, which stay in Redis and are no job's.
    for (const side of processes.sides) await jobBytes(bench, side, { queue: 'first', jobs: 100 });

    const rounds = Math.min(bench.rounds, MOST_ROUNDS);
    await repeat({ ...bench, rounds }, BUDGET_MS, async (round) => {
      const order = { queue: `round-${round}`, jobs: bench.jobs };
      const bytes = { waiting: { ours: 0, rival: 0 }, finished: { ours: 0, rival: 0 } };
      for (const side of taking(round, processes.sides)) {
        const { whileWaiting, onceFinished } = await jobBytes(bench, side, order);
        bytes.waiting[side.name] = whileWaiting;
        bytes.finished[side.name] = onceFinished;
      }
      waiting.push(bytes.waiting);
      finished.push(bytes.finished);
      const rss = { ours: 0, rival: 0 };
      for (const side of taking(round, SIDES)) rss[side.name] = await idleWorkerMiB(bench, side);
      idle.push(rss);
    });

    return {
      idle_worker_rss: summarise(idle, { unit: 'MiB', better: 'lower', must: PROMISED_RSS }),
      redis_per_waiting_job: summarise(waiting, {
        unit: 'bytes',
        better: 'lower',
        must: PROMISED_BYTES,
      }),
      redis_per_finished_job: summarise(finished, {
        unit: 'bytes',
        better: 'lower',
        must: PROMISED_BYTES,
      }),
    };
  },
};

const jobBytes = async (
  bench: Bench,
  side: RunningSide,
  { queue, jobs }: { queue: string; jobs: number },
) => {
  await bench.meter.empty();
  const empty = await bench.meter.bytes();
  await enqueueOn(side, { queue, jobs, manner: 'concurrent', payloadBytes: PAYLOAD_BYTES });
  const full = await bench.meter.bytes();
  await drainOn(bench, side, { queue, jobs, concurrency: CONCURRENCY });
  const drained = await bench.meter.bytes();
  return { whileWaiting: (full - empty) / jobs, onceFinished: (drained - empty) / jobs };
};

const idleWorkerMiB = async ({ redisUrl }: Bench, side: Side): Promise<number> => {
  await using worker = await side.startWorker(redisUrl);
  await worker.ask('serve', { queue: 'idle', concurrency: CONCURRENCY });
  await sleep(SETTLE_MS);
  return (await worker.ask('rssBytes', null)) / MIB;
};
