import { implement, startWorker } from '@shared/queue';
import type { IsolatedWorkerCommands } from './isolated-commands.ts';
import { noOpOn, PREFIX } from './no-op-task.ts';
import { RESULT } from './payload.ts';
import { serveCommands } from './serve-commands.ts';

const HANDLER = new URL('ours-isolated-handler.ts', import.meta.url);

serveCommands({
  async serve({ queue, place }) {
    const task = noOpOn(queue);
    const handler =
      place === 'inline'
        ? implement(task, () => RESULT)
        : implement({ ...task, isolate: place }, HANDLER);
    await startWorker({ handlers: [handler], redisUrl: process.argv[2] ?? '', prefix: PREFIX });
    return null;
  },
} satisfies IsolatedWorkerCommands);
