// Answers a request without telling the job's id, and shows its progress by a handle of one's own.
import { randomUUID } from 'node:crypto';
import { generateDrawing } from '@shared/contracts';
import { closeProducer, enqueue, jobById } from '@shared/queue';
import { say } from './say.ts';

/** In a program with more than one process this is a table; the id never leaves the server. */
const jobOfHandle = new Map<string, string>();

const requestDrawing = async () => {
  const job = await enqueue(generateDrawing, { width: 80, height: 80, patternType: 'voronoi' });
  const handle = randomUUID();
  jobOfHandle.set(handle, job.id);
  return { processing: true, handle };
};

const statusOf = async (handle: string) => {
  const jobId = jobOfHandle.get(handle);
  if (jobId === undefined) return { status: 'unknown' };
  const { status, progress, result } = await (await jobById<{ bytes: number }>(jobId)).record();
  // Field by field: a record holds the id, and a result may hold what nobody should see.
  return { status, progress, bytes: result?.bytes ?? null };
};

const answer = await requestDrawing();
say(JSON.stringify({ processing: answer.processing }));
const job = await jobById(jobOfHandle.get(answer.handle) ?? '');
for await (const _ of job.changes({ signal: AbortSignal.timeout(60_000) })) {
  say(JSON.stringify(await statusOf(answer.handle)));
}
say(JSON.stringify(await statusOf('somebody else’s')));
await closeProducer();
