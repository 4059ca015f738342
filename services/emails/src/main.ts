import { connectRedis } from '@shared/queue';
import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { connectMailer } from './connect-mailer.ts';
import { createHandlers } from './handlers.ts';

await runWorkerService({
  name: 'emails',
  env: process.env,
  loadConfig,
  async open({ config, log, database, openStorage, opened }) {
    const { redisUrl, publicUrl, providers } = config;
    const storage = await openStorage();
    const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard mail', log });
    opened.defer(() => redis.disconnect());
    const mailer = opened.use(connectMailer(config, { redis, log }));
    return {
      handlers: createHandlers({ mailer, database, storage, publicUrl }),
      told: { queue: 'emails', providers },
    };
  },
});
