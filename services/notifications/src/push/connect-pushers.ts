import { readFileSync } from 'node:fs';
import { ConfigError } from '@shared/errors';
import { cert } from 'firebase-admin/app';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { connectFcm } from './fcm.ts';
import { connectOneSignal } from './onesignal.ts';
import type { Pusher } from './pusher.ts';
import { connectWebPush } from './web-push.ts';

/**
 * Whom the environment opens.
 *
 * @throws {ConfigError} for credentials that are none.
 */
export const connectPushers = ({
  fcm,
  oneSignal,
  vapid,
}: Pick<Config, 'fcm' | 'oneSignal' | 'vapid'>): AsyncDisposable & {
  pushers: readonly Pusher[];
} => {
  const opened = new AsyncDisposableStack();
  const pushers: Pusher[] = [];
  if (fcm !== undefined) {
    const account = readServiceAccount(fcm.credentialsPath);
    const { project_id: projectId } = account;
    pushers.push(opened.use(connectFcm({ projectId, credential: certOf(account), url: fcm.url })));
  }
  if (oneSignal !== undefined) pushers.push(connectOneSignal(oneSignal));
  if (vapid !== undefined) pushers.push(connectWebPush({ vapid }));
  return { pushers, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

const ServiceAccount = z.looseObject({
  project_id: z.string(),
  client_email: z.string(),
  private_key: z.string(),
});
type ServiceAccount = z.infer<typeof ServiceAccount>;

const readServiceAccount = (path: string): ServiceAccount => {
  try {
    return ServiceAccount.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // The reason may repeat what the file holds.
    throw noServiceAccount();
  }
};

const certOf = ({ project_id, client_email, private_key }: ServiceAccount) => {
  try {
    return cert({ projectId: project_id, clientEmail: client_email, privateKey: private_key });
  } catch {
    throw noServiceAccount();
  }
};

const noServiceAccount = () =>
  new ConfigError([
    {
      variable: 'FIREBASE_CREDENTIALS_PATH',
      problem: 'must name a readable file with the JSON key of a service account',
    },
  ]);
