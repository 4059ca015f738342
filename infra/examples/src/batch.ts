// Enqueues a hundred drawings in one go and waits for all of them, whichever way they end.
import { generateDrawing } from '@shared/contracts';
import { closeProducer, enqueueMany } from '@shared/queue';
import { say } from './say.ts';

const COUNT = 100;

// All payloads are checked before the first job is written. The group keeps a batch from holding up
// everybody else: groups are served in turn.
const jobs = await enqueueMany(
  Array.from({ length: COUNT }, (_, i) => ({
    task: generateDrawing,
    payload: { width: 60, height: 60, patternType: 'rose' as const, seed: i },
    options: { priority: 'low' as const, group: 'postcards', tags: ['batch-example'] },
  })),
);
say(`${jobs.length} jobs are in the queue`);

const ended = await Promise.allSettled(jobs.map((job) => job.result({ timeoutMs: 120_000 })));
const drawn = ended.filter(({ status }) => status === 'fulfilled').length;
say(`${drawn} of ${COUNT} are drawn`);
await closeProducer();
