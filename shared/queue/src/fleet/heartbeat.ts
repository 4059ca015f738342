import type { Logger } from '@shared/service';

export type Heartbeat = AsyncDisposable & {
  /** Beats once more now, after a beat that is on its way. */
  now(): Promise<void>;
};

/** Beats regularly; a beat that takes longer, as while Redis is away, holds up the next ones. */
export const startHeartbeat = ({
  beat,
  everyMs,
  log,
}: {
  beat(): Promise<void>;
  everyMs: number;
  log: Logger;
}): Heartbeat => {
  let beating: Promise<void> | undefined;
  const start = (): Promise<void> => {
    beating ??= beat()
      .catch((error: unknown) => log.warn({ error }, 'heartbeat failed'))
      .finally(() => {
        beating = undefined;
      });
    return beating;
  };
  const timer = setInterval(() => void start(), everyMs);
  return {
    async now() {
      await beating;
      await start();
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await beating;
    },
  };
};
