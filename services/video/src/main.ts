import { createProducer } from '@shared/queue';
import { runWorkerService } from '@shared/worker';
import { loadConfig } from './config.ts';
import { findTools } from './ffmpeg/tools.ts';
import { createSourceCache } from './source/source-cache.ts';
import { startWorkers } from './start-workers.ts';
import { openWorkPlace } from './work/work-place.ts';

await runWorkerService({
  name: 'video',
  env: process.env,
  loadConfig,
  async open({ config, log, database, openStorage, opened }) {
    const { redisUrl, prefix, threads, niceness, workDir } = config;
    const programs = await findTools({ ...config, path: process.env['PATH'] });
    const tools = { ...programs, threads, niceness };
    const place = opened.use(await openWorkPlace(workDir));
    const storage = await openStorage();
    const producer = opened.use(createProducer({ redisUrl, prefix, log }));
    const sources = createSourceCache({ storage, place });
    const services = { ...config, database, storage, producer, sources, place, tools };
    return {
      start: (common) => startWorkers(services, common),
      told: { queues: ['video_processing', 'video_renditions'], ...tools, workDir },
    };
  },
});
