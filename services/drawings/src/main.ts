import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { handlers } from './handlers.ts';

await runWorkerService({
  name: 'drawings',
  env: process.env,
  loadConfig,
  async open({ openStorage }) {
    await openStorage(); // Its threads open their own; this one takes large values and tells its health.
    return { handlers };
  },
});
