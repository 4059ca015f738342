import { Worker } from 'bullmq';
import { connection, KEEP_RESULTS } from './bullmq-connection.ts';
import type { IsolatedWorkerCommands } from './isolated-commands.ts';
import { RESULT } from './payload.ts';
import { serveCommands } from './serve-commands.ts';

const PROCESSOR = new URL('bullmq-isolated-processor.ts', import.meta.url);

serveCommands({
  async serve({ queue, place }) {
    const worker = new Worker(queue, place === 'inline' ? async () => RESULT : PROCESSOR, {
      connection,
      concurrency: 10,
      removeOnComplete: KEEP_RESULTS,
      useWorkerThreads: place === 'thread',
    });
    await worker.waitUntilReady();
    return null;
  },
} satisfies IsolatedWorkerCommands);
