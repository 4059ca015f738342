import { createIqdbClient } from '@shared/similarity';
import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';

await runWorkerService({
  name: 'images',
  env: process.env,
  loadConfig,
  async open({ config: { iqdbUrl }, database, openStorage }) {
    const iqdb = iqdbUrl === undefined ? {} : { iqdb: createIqdbClient(iqdbUrl) };
    return {
      handlers: createHandlers({ database, storage: await openStorage(), ...iqdb }),
      told: { queue: 'images', iqdb: iqdbUrl !== undefined },
    };
  },
});
