import { randomUUID } from 'node:crypto';
import {
  connectDatabase,
  type ConnectedDatabase,
  migrate,
  type PushProvider,
  registerDevice,
} from '@shared/database';
import { testDatabaseUrl } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { createHandlers } from '../src/handlers.ts';
import type { Pusher } from '../src/push/pusher.ts';

export const openDatabase = async () => {
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  const database = connectDatabase(databaseUrl);
  return Object.assign(database, { databaseUrl });
};

/** The whole service in this process. */
export const openOffice = async ({
  database,
  pushers = [],
}: {
  database: ConnectedDatabase;
  pushers?: readonly Pusher[];
}): Promise<Platform> => {
  const board = { database, pushers, prefix: '' };
  const platform = await startPlatform({ handlers: createHandlers(board) });
  board.prefix = platform.prefix; // There only once it is started with the handlers.
  return platform;
};

export const newUserId = () => randomUUID();

export const newDevice = (
  database: ConnectedDatabase,
  userId: string,
  token: string,
  provider: PushProvider = 'fcm',
) => registerDevice(database, { userId, provider, token });
