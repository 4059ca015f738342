import { catalogue } from '@shared/contracts';
import type { QueueCounts } from '@shared/queue';
import type { Finding } from './finding.ts';

/** Whether each queue that matters has a worker: those of the catalogue, and any other that holds work. */
export const checkWorkers = (counts: Readonly<Record<string, QueueCounts>>): Finding[] => {
  const contracted = new Set(catalogue.map(({ queue }) => queue));
  return Object.entries(counts).flatMap(([queue, count]): Finding[] => {
    const what = `Queue ${queue}`;
    const open = count.queued + count.scheduled + count.in_progress;
    if (count.workers > 0) {
      const found = count.workers === 1 ? '1 worker' : `${count.workers} workers`;
      return [{ verdict: 'ok', what, found }];
    }
    if (open === 0 && !contracted.has(queue)) return [];
    return [{ verdict: 'FAIL', what, found: `no worker serves it; ${open} jobs are open` }];
  });
};
