import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProducer } from '@shared/queue';
import { openPayloadStore } from '@shared/storage';
import { doHarm } from './faults.ts';
import { startFleet } from './fleet.ts';
import { readLedger } from './ledger.ts';
import { enqueueAll } from './load.ts';
import { seeded } from './random.ts';
import { startMortalRedis } from './redis.ts';
import { waitForEnds } from './settle.ts';
import { type Row, tally } from './tally.ts';

export type ChaosOptions = {
  seconds: number;
  workers: number;
  /** The same seed does the same harm in the same order. */
  seed: number;
  progress(line: string): void;
};

export type ChaosReport = { rows: Row[]; faults: Record<string, number> };

/** Short, so that a dead worker's jobs are not waited for longer than the harm lasts. */
const LOCK_MS = 2_000;

const PREFIX = 'chaos';

/** A moment between two jobs of one producer. */
const PAUSE_MS = 25;

const SETTLED_WITHIN_MS = 120_000;

/**
 * Runs a fleet on a Redis of its own, enqueues jobs of every kind, and meanwhile does harm to both; then
 * leaves them in peace until every job has ended, and counts.
 */
export const runChaos = async ({
  seconds,
  workers,
  seed,
  progress,
}: ChaosOptions): Promise<ChaosReport> => {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-chaos-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const redis = opened.use(await startMortalRedis(join(folder, 'redis')));
  const storageUrl = `file:${join(folder, 'storage')}`;
  const fleet = opened.use(startFleet(workers, [redis.url, PREFIX, storageUrl, String(LOCK_MS)]));
  await fleet.ready();
  const producer = opened.use(
    createProducer({
      redisUrl: redis.url,
      prefix: PREFIX,
      payloadStore: opened.use(openPayloadStore(storageUrl)),
      spoolDirectory: join(folder, 'spool'),
    }),
  );

  progress(`${workers} workers serve; ${seconds} s of harm begin (seed ${seed})`);
  const ledger = join(folder, 'ledger');
  const over = AbortSignal.timeout(seconds * 1_000);
  const [faults, asked] = await Promise.all([
    doHarm({ fleet, redis, random: seeded(seed), lockMs: LOCK_MS }, over),
    enqueueAll({ producer, ledger, random: seeded(seed + 1), pauseMs: PAUSE_MS }, over),
  ]);

  const promised = asked.flatMap((call) => ('promised' in call ? call.promised : []));
  progress(`${promised.length} jobs were promised; waiting for them to end`);
  const jobIds = promised.map(({ jobId }) => jobId);
  const ends = await waitForEnds(producer, jobIds, SETTLED_WITHIN_MS);
  await waitForQueue(producer, 'chaos_after');
  return { rows: tally(asked, ends, await readLedger(ledger)), faults };
};

/** Follow-ups are nobody's to wait for but ours. */
const waitForQueue = async (
  producer: Pick<ReturnType<typeof createProducer>, 'queueCounts'>,
  queue: string,
): Promise<void> => {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (Date.now() < deadline) {
    const {
      queued = 0,
      in_progress = 0,
      scheduled = 0,
    } = (await producer.queueCounts())[queue] ?? {};
    if (queued + in_progress + scheduled === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
