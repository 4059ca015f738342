import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { createHandlers } from './handlers.ts';
import { startTypesetter } from './typeset/start-typesetter.ts';

await runWorkerService({
  name: 'documents',
  env: process.env,
  loadConfig,
  async open({ config: { publicUrl }, database, openStorage, opened }) {
    const storage = await openStorage();
    const typesetter = opened.use(startTypesetter());
    return { handlers: createHandlers({ database, storage, typesetter, publicUrl }) };
  },
});
