/**
 * Waits for work that knows no signals, but no longer than the signal allows; what it was doing then
 * goes on unseen.
 */
export const abortable = async <Value>(
  work: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
