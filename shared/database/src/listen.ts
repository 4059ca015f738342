import type { ConnectedDatabase } from './connect-database.ts';
import { translated } from './ask.ts';

/** A connection that hears what is told on a channel, until disposed. */
export type Listening = AsyncDisposable & {
  /** Resolves when nothing is heard any more. */
  lost: Promise<void>;
};

/**
 * Listens on a channel of PostgreSQL, on a connection of its own. What was told before is not heard,
 * and neither is what is told after `lost`: whoever needs all of it looks into the table too.
 *
 * @throws {DatabaseUnavailableError}
 */
export const listen = async (
  database: Pick<ConnectedDatabase, '$client'>,
  channel: string,
  onPayload: (payload: string) => void,
): Promise<Listening> => {
  try {
    const client = await database.$client.connect();
    const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
    client.on('error', () => lose());
    client.on('end', () => lose());
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    let released = false;
    const release = () => {
      if (!released) client.release(true);
      released = true;
    };
    try {
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      release();
      throw error;
    }
    return {
      lost,
      [Symbol.asyncDispose]: async () => release(),
    };
  } catch (error) {
    throw translated(error);
  }
};
