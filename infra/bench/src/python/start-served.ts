import { fileURLToPath } from 'node:url';
import { type GuardedProcess, startGuarded } from '@shared/embedded';
import { PeerFailedError } from '../peers/peer-failed-error.ts';
import type { PythonLibrary } from './python-environment.ts';
import type { PythonPlace } from './start-python.ts';

const TASKYARD = fileURLToPath(import.meta.resolve('@shared/cli/bin'));
const TASKS = fileURLToPath(new URL('../peers/ours-python-tasks.ts', import.meta.url));

const READY_MS = 30_000;

/** How our worker is told to serve each library's clients. */
const SPEAKS: Record<PythonLibrary, (queue: string) => readonly string[]> = {
  celery: () => ['--celery-nodename', 'bench@taskyard'],
  rq: () => ['--rq-name', 'bench-taskyard'],
  arq: (queue) => ['--arq-queue', queue],
};

/**
 * Starts our worker program on a library's queue, as a team would that moves its workers and not its
 * clients; resolves when it serves.
 *
 * @throws {PeerFailedError} it does not come up.
 */
export const startServed = async (
  library: PythonLibrary,
  { broker, backend = broker }: PythonPlace,
  { queue, concurrency }: { queue: string; concurrency: number },
): Promise<GuardedProcess> => {
  const ready = Promise.withResolvers<void>();
  const args = ['worker', '--include', TASKS, '-Q', queue, '--concurrency', String(concurrency)];
  const worker = await startGuarded(
    process.execPath,
    [TASKYARD, ...args, ...SPEAKS[library](queue)],
    {
      env: {
        ...process.env,
        REDIS_URL: broker,
        QUEUE_PREFIX: 'served',
        CELERY_BROKER_URL: broker,
        CELERY_RESULT_BACKEND: backend,
        RQ_REDIS_URL: broker,
        ARQ_REDIS_URL: broker,
      },
      orphanSignal: 'SIGKILL',
      onLine: (line) => {
        if (line.includes(' serves ')) ready.resolve();
      },
    },
  );
  const over = async () => {
    await worker.exited;
    throw new PeerFailedError('taskyard worker', worker.lastLines().slice(-5).join(' | '));
  };
  const late = AbortSignal.timeout(READY_MS);
  const timeout = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () =>
      reject(new PeerFailedError('taskyard worker', 'it was not ready in time')),
    );
  });
  await Promise.race([ready.promise, over(), timeout]);
  return worker;
};
