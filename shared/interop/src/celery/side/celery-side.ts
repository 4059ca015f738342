import { randomUUID } from 'node:crypto';
import type { Host, ProtocolSide } from '../../host/side.ts';
import type { PythonTasks } from '../../tasks/python-tasks.ts';
import { connectBroker } from '../broker/connect-broker.ts';
import { createResultReader } from '../results/result-reader.ts';
import { createResultNames } from '../names/result-names.ts';
import { createBrokerNames } from '../names/broker-names.ts';
import { openConsumer } from '../take/consumer.ts';
import { createCensus } from '../control/census.ts';
import { openNode } from '../control/open-node.ts';
import { createRevocations } from '../control/revocations.ts';
import { createTaskLimits } from '../control/task-limits.ts';
import { createClock } from '../events/clock.ts';
import { createEventSender } from '../events/event-sender.ts';
import { createSettling } from '../ends/settling.ts';
import { BUILTIN_QUEUE, builtinTasks } from '../handler/builtin-tasks.ts';
import { createMessages } from './notes.ts';
import { type CelerySideOptions, resolveSideOptions } from './options.ts';
import { createTell } from './tell.ts';

/**
 * The Celery side of a process: takes tasks from the queues of Python programs, and tells those programs
 * what became of them, as their own worker would.
 *
 * @throws {InvalidOptionError}
 */
export const createCelerySide = (sideOptions: CelerySideOptions): ProtocolSide => {
  const options = resolveSideOptions(sideOptions);
  const log = options.log.child({ protocol: 'celery', node: options.nodename });
  const names = createBrokerNames({ ...options.transport, db: options.broker.db });
  const connect = (role: string) => connectBroker(options.broker, { role, log });
  const broker = connect('broker');
  const backend = connectBroker(options.backend, { role: 'results', log });
  const results = createResultReader({
    redis: backend,
    names: createResultNames(options.results),
    db: options.backend.db,
  });
  const messages = createMessages(options);
  const clock = createClock();
  const events = createEventSender({
    redis: broker,
    names,
    clock,
    hostname: options.nodename,
    tasks: options.taskEvents,
    newTag: randomUUID,
  });
  let waiting: (() => Promise<number>) | undefined;
  const { promise: host, resolve: serve } = Promise.withResolvers<Host>();
  let tasks: PythonTasks | undefined;
  const parts = {
    options,
    log,
    names,
    broker,
    backend,
    connect,
    results,
    messages,
    ...createTell({ options, prefix: options.prefix, broker, backend, names, log }),
    clock,
    events,
    census: createCensus(messages),
    revocations: createRevocations(broker, options.prefix),
    limits: createTaskLimits(),
    host,
    served: () => tasks,
    processId: randomUUID(),
  };

  return {
    origin: 'celery',
    hooks: createSettling(parts),
    handlers: builtinTasks(options.queues[0] ?? BUILTIN_QUEUE),
    async serve(served) {
      serve(served);
      tasks = served.tasks;
      parts.census.serve(served.worker);
      await parts.revocations.load();
      await using opened = new AsyncDisposableStack();
      const consumer = opened.use(openConsumer(parts, served));
      opened.use(await openNode(parts, served, consumer));
      consumer.look();
      waiting = consumer.waiting;
      return opened.move();
    },
    left: async () => (await waiting?.()) ?? 0,
    async [Symbol.asyncDispose]() {
      await results[Symbol.asyncDispose]();
      broker.disconnect();
      backend.disconnect();
    },
  };
};
