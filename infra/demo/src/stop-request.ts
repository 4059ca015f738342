import { shutdownSignal } from '@shared/service';

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends us at once. */
export const stopRequest = (): AbortSignal => {
  const request = new AbortController();
  void shutdownSignal().then(() => request.abort());
  return request.signal;
};

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
