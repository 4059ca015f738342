import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';
import { connectPushers } from './push/connect-pushers.ts';

await runWorkerService({
  name: 'notifications',
  env: process.env,
  loadConfig,
  async open({ config, database, opened }) {
    const { pushers } = opened.use(connectPushers(config));
    return {
      handlers: createHandlers({ database, prefix: config.prefix, pushers }),
      told: { queue: 'notifications', push: pushers.map(({ provider }) => provider) },
    };
  },
});
