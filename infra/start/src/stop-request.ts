const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const IMPATIENT_EXIT_CODE = 130; // 128 + SIGINT, as a shell reports it.

/**
 * Aborts at the first request to stop: Ctrl-C, SIGTERM, or the terminal being closed. A second one
 * ends us at once, and the guards of all processes end those.
 */
export const stopRequest = (): AbortSignal => {
  const request = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (request.signal.aborted) process.exit(IMPATIENT_EXIT_CODE);
      request.abort();
    });
  }
  return request.signal;
};

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
