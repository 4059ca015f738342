import { parentPort } from 'node:worker_threads';
import type { FromIsolate, ToIsolate } from './protocol.ts';
import { dieWithParent } from './die-with-parent.ts';

/** An isolate's line to its worker. */
export type Channel = {
  readonly kind: 'thread' | 'process';
  /**
   * @param sent called when the message has left.
   * @throws if the message holds what structured clone refuses.
   */
  send(message: FromIsolate, sent?: () => void): void;
  listen(listener: (message: ToIsolate) => void): void;
};

export const openChannel = (): Channel => (parentPort === null ? toParent() : toMain(parentPort));

const toMain = (port: NonNullable<typeof parentPort>): Channel => ({
  kind: 'thread',
  send: (message, sent) => {
    port.postMessage(message);
    sent?.();
  },
  listen: (listener) => void port.on('message', (message: ToIsolate) => listener(message)),
});

const toParent = (): Channel => {
  // A signal to the whole session or service is the worker's to handle: it lets jobs finish first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
  dieWithParent();
  return {
    kind: 'process',
    send: (message, sent) => void process.send?.(message, () => sent?.()),
    listen: (listener) => void process.on('message', (message: ToIsolate) => listener(message)),
  };
};
