import { randomUUID } from 'node:crypto';
import type { Host, ProtocolSide } from '../../host/side.ts';
import { connectBroker } from '../broker/connect-broker.ts';
import { createBrokerNames } from '../names/broker-names.ts';
import { openConsumer } from '../take/consumer.ts';
import { createSettling } from '../ends/settling.ts';
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
  const messages = createMessages(options);
  const { promise: host, resolve: serve } = Promise.withResolvers<Host>();
  const parts = {
    options,
    log,
    names,
    broker,
    backend,
    connect,
    messages,
    tell: createTell({ options, prefix: options.prefix, broker, backend, names, log }),
    host,
    processId: randomUUID(),
  };

  return {
    origin: 'celery',
    hooks: createSettling(parts),
    async serve(served) {
      serve(served);
      return openConsumer(parts, served);
    },
    async [Symbol.asyncDispose]() {
      broker.disconnect();
      backend.disconnect();
    },
  };
};
