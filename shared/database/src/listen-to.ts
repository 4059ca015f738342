import type { PoolClient } from 'pg';
import type { ConnectedDatabase } from './connect-database.ts';

const RETRY_MS = 1_000;

/**
 * Calls back at each notification of a channel, on a connection of its own, which is opened again when
 * it is lost. After that too: what was told meanwhile nobody heard.
 */
export const listenTo = (
  database: Pick<ConnectedDatabase, '$client'>,
  channel: string,
  onNews: () => void,
): AsyncDisposable => {
  let ended = false;
  let client: PoolClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let opening: Promise<void> = Promise.resolve();

  const lost = () => {
    client?.release(true);
    client = undefined;
    if (!ended) timer = setTimeout(start, RETRY_MS);
  };

  const open = async () => {
    const opened = await database.$client.connect();
    if (ended) {
      opened.release();
      return;
    }
    client = opened;
    opened.on('error', () => {
      if (client === opened) lost();
    });
    opened.on('notification', onNews);
    await opened.query(`listen "${channel}"`);
    onNews();
  };

  const start = () => {
    opening = open().catch(lost);
  };
  start();

  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      await opening;
      client?.removeAllListeners('notification');
      client?.release(true); // A connection that listens is of no use to others.
      client = undefined;
    },
  };
};
