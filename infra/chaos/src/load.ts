import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '@shared/errors';
import type { Producer } from '@shared/queue';
import { KINDS, type Promised } from './kinds.ts';

export type Asked = { kind: string } & (
  | { promised: Promised[] }
  /** Nothing was promised: `enqueue` refused, or did not know. */
  | { refused: string }
);

const SIDE_BY_SIDE = 4;

/** Enqueues jobs of every kind, at random, until the signal aborts. */
export const enqueueAll = async (
  {
    producer,
    ledger,
    random,
    pauseMs,
  }: { producer: Producer; ledger: string; random: () => number; pauseMs: number },
  signal: AbortSignal,
): Promise<Asked[]> => {
  const asked: Asked[] = [];
  const kinds = Object.entries(KINDS);
  let count = 0;

  const one = async () => {
    while (!signal.aborted) {
      count += 1;
      const [kind = '', enqueue] = kinds[count % kinds.length] ?? [];
      const id = `chaos-${count}`;
      try {
        const promised = (await enqueue?.({ producer, ledger, id, random })) ?? [];
        asked.push({ kind, promised });
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        asked.push({ kind, refused: error.code });
      }
      await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
  return asked;
};
