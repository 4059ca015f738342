import { implement } from '@shared/queue';
import { work } from './tasks.ts';

/** A handler that tells when it starts and runs until its signal aborts. */
export const untilAborted = () => {
  const started = Promise.withResolvers<void>();
  const reasons: unknown[] = [];
  const handler = implement(work, async (_payload, { signal }) => {
    started.resolve();
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason as Error);
      });
    });
    return 'never';
  });
  return { handler, started: started.promise, reasons };
};
