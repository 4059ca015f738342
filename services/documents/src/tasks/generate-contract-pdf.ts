import type { generateContractPdf } from '@shared/contracts';
import { connectDatabase } from '@shared/database';
import type { HandlerOf } from '@shared/queue';
import { withRuntimeDefaults } from '@shared/service';
import { openStorage } from '@shared/storage';
import { loadConfig } from '../config.ts';
import { makeContract } from '../make-contract.ts';
import { createTypesetter } from '../typeset/typesetter.ts';

// This module is the entry of a thread: it opens what it needs once, for all jobs that run there.
const config = loadConfig(withRuntimeDefaults(process.env));
const { databaseUrl, storageUrl, publicUrl } = config;
const services = {
  // A thread runs one job at a time.
  database: connectDatabase(databaseUrl, { maxConnections: 1 }),
  storage: await openStorage(storageUrl, config),
  typesetter: createTypesetter(),
  publicUrl,
};

const handler: HandlerOf<typeof generateContractPdf> = (request, attempt) =>
  makeContract(request, attempt, services);

export default handler;
