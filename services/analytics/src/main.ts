import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';

await runWorkerService({
  name: 'analytics',
  env: process.env,
  loadConfig,
  open: async ({ config: { batch }, database }) => ({
    handlers: createHandlers({ database, batch }),
    told: { queue: 'analytics', batch },
  }),
});
