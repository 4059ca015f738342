import { within } from '../worker/within.ts';
import { connectRedis } from './connect.ts';

const PATIENCE_MS = 2_000;

/** Whether Redis answers somebody who asks for the first time, on a connection of its own. */
export const isReachable = async (url: string): Promise<boolean> => {
  const redis = connectRedis({ url, name: 'taskyard:probe' });
  let answered = false;
  const ask = async () => {
    answered = (await redis.ping()) === 'PONG';
  };
  try {
    await within(PATIENCE_MS, ask());
    return answered;
  } finally {
    redis.disconnect();
  }
};
