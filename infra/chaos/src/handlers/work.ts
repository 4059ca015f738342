import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerOf } from '@shared/queue';
import { writeDown } from '../ledger.ts';
import type { work as task } from '../tasks.ts';

/** Takes its time, fails as often as it is told, and writes down when it began and when it was done. */
const work: HandlerOf<typeof task> = async (
  { ledger, ms, failures },
  { jobId, fence, attempt, signal },
) => {
  writeDown(ledger, { event: 'begun', jobId, fence, pid: process.pid });
  await sleep(ms, undefined, { signal });
  if (attempt <= failures) throw new Error(`fails ${attempt} of ${failures} times`);
  writeDown(ledger, { event: 'done', jobId, fence, pid: process.pid });
  return { fence };
};

export default work;
