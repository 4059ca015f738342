import { PortTakenError } from '@shared/errors';
import { startWorker } from '@shared/queue';
import { createLogger, shutdownSignal, startHealthServer } from '@shared/service';
import { chooseHandlers } from '../choose-handlers.ts';
import { defineCommand } from '../command.ts';
import { loadWorkerConfig } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import { INCLUDE } from '../known-tasks.ts';
import { loadIncludes } from '../load-includes.ts';
import { readWhole } from '../values.ts';

const NOTES = `SIGTERM or Ctrl-C stops taking jobs, lets running ones finish within SHUTDOWN_GRACE_MS and hands the
rest back untouched; a second one exits at once. Environment: REDIS_URL, QUEUE_PREFIX, CONCURRENCY,
SHUTDOWN_GRACE_MS (25000), LOCK_MS (30000: when the jobs of a dead worker run again), HEALTH_PORT (any
free one), LOG_LEVEL.

  taskyard worker -Q emails,images --concurrency 10 --include ./my-tasks.ts`;

export const workerCommand = defineCommand({
  name: 'worker',
  summary: 'Run the jobs of some queues with handlers of your own.',
  positionals: [],
  options: {
    queues: {
      type: 'string',
      short: 'Q',
      multiple: true,
      takes: '<a,b>',
      help: 'The queues in order of precedence; those of the handlers unless told.',
    },
    concurrency: {
      type: 'string',
      short: 'c',
      takes: '<n>',
      help: 'How many jobs run at once, over all queues; 10 unless told.',
    },
    include: { ...INCLUDE, short: 'I' },
    name: { type: 'string', short: 'n', help: 'What this worker is called; unique in the fleet.' },
  },
  notes: NOTES,

  async run({ options, ...context }) {
    const { include = [], concurrency, name } = options;
    if (include.length === 0) throw new UsageError('--include <file> is missing', 'worker');
    const stop = shutdownSignal(); // From here on a signal never cuts anything in half.
    const { logLevel, healthPort, ...config } = loadWorkerConfig(context);
    const log = createLogger({ service: 'worker', level: logLevel });

    const chosen = chooseHandlers(await loadIncludes(include, context.cwd), options.queues);
    for (const { task } of chosen.ignored) {
      log.warn({ task: task.name, queue: task.queue }, 'handler ignored: its queue is not served');
    }

    const starting = startWorker({
      ...config,
      ...chosen,
      ...(concurrency === undefined ? {} : { concurrency: readWhole('concurrency', concurrency) }),
      ...(name === undefined ? {} : { name }),
      log,
    });
    // While Redis is away a worker waits for it, and must still be stoppable.
    await using worker = await Promise.race([starting, stop.then(() => undefined)]);
    if (worker === undefined) return;
    await using health = await openHealth(healthPort, { worker: worker.health });

    const queues = worker.queues.join(',');
    context.print(
      `worker ${worker.id} serves ${queues} with ${worker.concurrency} slots; ` +
        `health on http://127.0.0.1:${health.port}`,
    );
    log.info({ signal: await stop, worker: worker.id }, 'worker draining');
  },
});

const openHealth = async (
  port: number,
  ready: NonNullable<Parameters<typeof startHealthServer>[0]['ready']>,
) => {
  try {
    return await startHealthServer({ port, ready });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PortTakenError(port, 'HEALTH_PORT', { cause });
  }
};
