import type { generateDrawing } from '@shared/contracts';
import { connectDatabase } from '@shared/database';
import type { HandlerOf } from '@shared/queue';
import { withRuntimeDefaults } from '@shared/service';
import { openStorage } from '@shared/storage';
import { loadConfig } from '../config.ts';
import { makeDrawing } from '../make-drawing.ts';

// This module is the entry of a thread: it opens what it needs once, for all jobs that run there.
const config = loadConfig(withRuntimeDefaults(process.env));
const services = {
  // A thread runs one job at a time.
  database: connectDatabase(config.databaseUrl, { maxConnections: 1 }),
  storage: await openStorage(config.storageUrl, config),
};

const handler: HandlerOf<typeof generateDrawing> = (request, attempt) =>
  makeDrawing(request, attempt, services);

export default handler;
