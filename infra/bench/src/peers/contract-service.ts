import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcfile } from '@infra/start';
import { generateContractPdf } from '@shared/contracts';
import { migrate } from '@shared/database';
import { PROJECT_ROOT, startGuarded, startPostgres } from '@shared/embedded';
import { createProducer } from '@shared/queue';
import { treeRssBytes } from '../python/process-tree.ts';
import { benchForm } from './bench-contract.ts';
import { PeerFailedError } from './peer-failed-error.ts';

const PREFIX = 'contracts';
const RESULT_TIMEOUT_MS = 60_000;

/** The process that makes contracts, as the Procfile starts it, with a database and a folder of its own. */
export type ContractService = AsyncDisposable & {
  /** Has so many contracts made, the queue never being empty. */
  make(contracts: number): Promise<void>;
  /** 0 where there is no `/proc`. */
  rssBytes(): Promise<number>;
};

/** @throws {PeerFailedError} it does not come up. */
export const startContractService = async (redisUrl: string): Promise<ContractService> => {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-bench-documents-'));
  starting.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = starting.use(await startPostgres({ directory: join(folder, 'postgres') }));
  await migrate(postgres.url);
  const producer = starting.use(createProducer({ redisUrl, prefix: PREFIX }));
  const service = await startFromProcfile({
    ...process.env,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: PREFIX,
    DATABASE_URL: postgres.url,
    STORAGE_URL: `file:${join(folder, 'storage')}`,
  });
  starting.defer(async () => void (await service.stop()));

  const running = starting.move();
  let made = 0;
  return {
    async make(contracts) {
      const items = Array.from({ length: contracts }, () => ({
        task: generateContractPdf,
        payload: { clientId: ++made, ownerUid: 'bench', formData: benchForm(made) },
      }));
      const jobs = await producer.enqueueMany(items);
      await Promise.all(jobs.map((job) => job.result({ timeoutMs: RESULT_TIMEOUT_MS })));
    },
    rssBytes: async () => (await treeRssBytes(service.pid)) ?? 0,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

const startFromProcfile = async (env: NodeJS.ProcessEnv) => {
  const lines = await readProcfile(join(PROJECT_ROOT, 'Procfile'));
  const [program = '', ...args] = lines.find(({ name }) => name === 'documents')?.command ?? [];
  const ready = Promise.withResolvers<void>();
  const service = await startGuarded(program, args, {
    cwd: PROJECT_ROOT,
    env,
    onLine: (line) => {
      if (line.includes('worker ready')) ready.resolve();
    },
  });
  const over = async () => {
    await service.exited;
    throw new PeerFailedError('services/documents', service.lastLines().slice(-5).join(' | '));
  };
  await Promise.race([ready.promise, over()]);
  return service;
};
