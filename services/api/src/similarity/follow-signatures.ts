import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ConnectedDatabase,
  type IndexedSignature,
  listen,
  listSignatures,
  SIGNATURES_CHANNEL,
  signaturesNumbered,
} from '@shared/database';
import { decodeSignature, type SimilarityIndex } from '@shared/similarity';

const PAGE = 5_000;

/** How often the table is looked into all the same, should PostgreSQL have told nothing. */
const LOOK_MS = 60_000;

const RECONNECT_MS = 1_000;

/** Numbers are given before they are committed: one may turn up below the highest that is known. */
const MARGIN = 1_000;

/**
 * Keeps an index as the table of signatures is, until `signal` aborts: loads it, then hears of every
 * change. After a lost connection it goes on from there; meanwhile the index stays as it was.
 *
 * @param options.onLoaded told once, when all that was there is in the index.
 */
export const followSignatures = async ({
  database,
  index,
  signal,
  onLoaded,
  onTrouble,
}: {
  database: ConnectedDatabase;
  index: SimilarityIndex;
  signal: AbortSignal;
  onLoaded: () => void;
  onTrouble: (error: unknown) => void;
}): Promise<void> => {
  let highest = 0;
  let loaded = false;

  const take = ({ number, ownerId: owner, signature }: IndexedSignature) => {
    index.add({ number, owner, signature: decodeSignature(signature) });
    highest = Math.max(highest, number);
  };

  const catchUp = async () => {
    let after = Math.max(highest - MARGIN, 0);
    for (;;) {
      const page = await listSignatures(database, { after, limit: PAGE });
      for (const row of page) if (!index.has(row.number)) take(row);
      after = page.at(-1)?.number ?? after;
      if (page.length < PAGE || signal.aborted) break;
    }
    if (!loaded && !signal.aborted) onLoaded();
    loaded = true;
  };

  const apply = async (numbers: readonly number[]) => {
    const rows = await signaturesNumbered(database, numbers);
    const there = new Set(rows.map(({ number }) => number));
    for (const number of numbers) if (!there.has(number)) index.remove(number);
    rows.forEach(take);
  };

  while (!signal.aborted) {
    try {
      await followOnce({ database, signal, catchUp, apply });
    } catch (error) {
      if (!signal.aborted) onTrouble(error);
    }
    await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
};

/** Listens first and looks then, so that nothing falls in between; returns when nothing is heard. */
const followOnce = async ({
  database,
  signal,
  catchUp,
  apply,
}: {
  database: ConnectedDatabase;
  signal: AbortSignal;
  catchUp: () => Promise<void>;
  apply: (numbers: readonly number[]) => Promise<void>;
}): Promise<void> => {
  const told = new Set<number>();
  let wake = Promise.withResolvers<void>();
  await using listening = await listen(database, SIGNATURES_CHANNEL, (payload) => {
    told.add(Number(payload));
    wake.resolve();
  });
  const lost = new AbortController();
  void listening.lost.then(() => lost.abort());
  const ended = AbortSignal.any([signal, lost.signal]);
  ended.addEventListener('abort', () => wake.resolve());

  await catchUp();
  while (!ended.aborted) {
    const timer = setTimeout(() => wake.resolve(), LOOK_MS);
    await wake.promise;
    clearTimeout(timer);
    wake = Promise.withResolvers<void>();
    const numbers = [...told].slice(0, PAGE);
    for (const number of numbers) told.delete(number);
    if (numbers.length > 0) await apply(numbers);
    else await catchUp();
    if (told.size > 0 || ended.aborted) wake.resolve();
  }
};
