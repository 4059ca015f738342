import { PortTakenError } from '@shared/errors';
import { openInterop } from '@shared/interop';
import { startWorker, type Worker } from '@shared/queue';
import { createLogger, shutdownSignal, startHealthServer } from '@shared/service';
import { openPayloadStore } from '@shared/storage';
import { chooseHandlers, chooseQueues } from '../choose-handlers.ts';
import { defineCommand } from '../command.ts';
import { loadWorkerConfig } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';
import { parseRange } from '../fleet/parse-range.ts';
import { untilIdle, untilNothingIsLeft } from '../nothing-left.ts';
import { INCLUDE } from '../known-tasks.ts';
import { openSides, type SideChoice, speaksAny } from '../interop/sides.ts';
import { loadIncludes } from '../load-includes.ts';
import { readWhole } from '../values.ts';

const NOTES = `SIGTERM or Ctrl-C stops taking jobs, lets running ones finish within SHUTDOWN_GRACE_MS and hands the
rest back untouched; a second one exits at once. Environment: REDIS_URL, QUEUE_PREFIX, CONCURRENCY,
SHUTDOWN_GRACE_MS (25000), LOCK_MS (30000: when the jobs of a dead worker run again),
WORKER_MAX_LIFETIME_MS (when the process will be ended anyway: it starts nothing that would not be done
by then, and leaves in time), HEALTH_PORT (any free one), LOG_LEVEL. Exit code 70: it could not hear its
queues any more and wants to be started anew.

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
    autoscale: {
      type: 'string',
      takes: '<max,min>',
      help: 'As many slots as the waiting jobs need, in between, as in 10,3.',
    },
    burst: {
      type: 'boolean',
      short: 'b',
      help: 'End once nothing is left to do, as rq worker --burst and arq --burst.',
    },
    'max-jobs': {
      type: 'string',
      takes: '<n>',
      help: 'End after so many jobs, each attempt counted; those that run by then end first.',
    },
    include: { ...INCLUDE, short: 'I' },
    name: { type: 'string', short: 'n', help: 'What this worker is called; unique in the fleet.' },
    'celery-nodename': {
      type: 'string',
      takes: '<name@host>',
      help: 'Serve Celery programs too, from the queues of the same names, as this node.',
    },
    'rq-name': {
      type: 'string',
      takes: '<name>',
      help: 'Serve RQ programs too, from the queues of the same names, as this worker.',
    },
    'arq-queue': {
      type: 'string',
      multiple: true,
      takes: '<name>',
      help: 'Serve ARQ programs too, from this queue of theirs, as in arq:queue.',
    },
  },
  notes: NOTES,

  async run({ options, ...context }) {
    const { include = [], name } = options;
    if (include.length === 0) throw new UsageError('--include <file> is missing', 'worker');
    const stop = shutdownSignal(); // From here on a signal never cuts anything in half.
    const { logLevel, healthPort, maxLifetimeMs, storageUrl, ...config } =
      loadWorkerConfig(context);
    const log = createLogger({ service: 'worker', level: logLevel });

    const choice: SideChoice = {
      celeryNodename: options['celery-nodename'],
      rqName: options['rq-name'],
      arqQueues: options['arq-queue'] ?? [],
    };
    const choose = speaksAny(choice) ? chooseQueues : chooseHandlers;
    const chosen = choose(await loadIncludes(include, context.cwd), options.queues);
    for (const { task } of chosen.ignored) {
      log.warn({ task: task.name, queue: task.queue }, 'handler ignored: its queue is not served');
    }

    const { env } = context;
    const { handlers, queues: served } = chosen;
    const { redisUrl } = config;
    const sides = openSides(choice, { queues: served, redisUrl, env, log });
    const maxJobs = options['max-jobs'] && readWhole('max-jobs', options['max-jobs']);
    await using interop = openInterop({ sides, log, ...(maxJobs && { maxJobs }) });
    await using payloadStore = openPayloadStore(storageUrl);
    const starting = startWorker({
      ...config,
      payloadStore,
      queues: served,
      handlers: [...handlers, ...interop.handlers],
      hooks: interop.hooks,
      ...slotsOf(options),
      ...(maxLifetimeMs === undefined ? {} : { deadlineAt: new Date(Date.now() + maxLifetimeMs) }),
      ...(name === undefined ? {} : { name }),
      log,
    });
    // While Redis is away a worker waits for it, and must still be stoppable.
    await using worker = await Promise.race([starting, stop.then(() => undefined)]);
    if (worker === undefined) return;
    const tasks = handlers.map(({ task }) => task);
    await using _taking = await interop.serve({ worker, tasks });
    await using health = await openHealth(healthPort, worker);

    const queues = worker.queues.join(',');
    context.print(
      `worker ${worker.id} serves ${queues} with ${worker.concurrency} slots; ` +
        `health on http://127.0.0.1:${health.port}`,
    );
    const nothingLeft = options.burst ? untilNothingIsLeft({ worker, interop }) : stop;
    const enough = await Promise.race([stop, interop.exhausted, nothingLeft]);
    if (enough === undefined) await untilIdle(worker);
    log.info({ signal: enough, worker: worker.id }, 'worker draining');
  },
});

/** Given a range only, it begins with the fewest. */
const slotsOf = ({ concurrency, autoscale }: { concurrency?: string; autoscale?: string }) => {
  const range = autoscale === undefined ? undefined : parseRange(autoscale, 'worker');
  const slots = concurrency === undefined ? range?.min : readWhole('concurrency', concurrency);
  return {
    ...(range === undefined ? {} : { autoscale: range }),
    ...(slots === undefined ? {} : { concurrency: slots }),
  };
};

const openHealth = async (port: number, { health, alive }: Worker) => {
  try {
    return await startHealthServer({ port, live: { worker: alive }, ready: { worker: health } });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PortTakenError(port, 'HEALTH_PORT', { cause });
  }
};
