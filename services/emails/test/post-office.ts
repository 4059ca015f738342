import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type ConnectedDatabase, migrate } from '@shared/database';
import { openStorage, type Storage } from '@shared/storage';
import { testDatabaseUrl } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { createHandlers } from '../src/handlers.ts';
import type { Mailer } from '../src/mailer.ts';
import { connectSmtpMailer } from '../src/smtp-mailer.ts';

export type PostOffice = AsyncDisposable & {
  platform: Platform;
  mailer: Mailer;
  database: ConnectedDatabase;
  storage: Storage;
};

const from = { name: 'Taskyard', address: 'hello@taskyard.example' };

/** A fresh database with all tables. */
export const openDatabase = async (): Promise<ConnectedDatabase> => {
  const databaseUrl = await testDatabaseUrl();
  await migrate(databaseUrl);
  return connectDatabase(databaseUrl);
};

export const openMailer = (smtpUrl: string) => connectSmtpMailer({ smtpUrl, from, poolSize: 2 });

/** The whole service in this process, sending to one SMTP server. */
export const openPostOffice = async ({
  smtpUrl,
  database,
}: {
  smtpUrl: string;
  database: ConnectedDatabase;
}): Promise<PostOffice> => {
  const opened = new AsyncDisposableStack();
  const mailer = opened.use(openMailer(smtpUrl));
  const folder = await mkdtemp(join(tmpdir(), 'emails-test-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const storage = opened.use(await openStorage(`file:${folder}`));
  const publicUrl = 'http://127.0.0.1:3000';
  const handlers = createHandlers({ mailer, database, storage, publicUrl });
  const platform = opened.use(await startPlatform({ handlers }));
  return {
    platform,
    mailer,
    database,
    storage,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
