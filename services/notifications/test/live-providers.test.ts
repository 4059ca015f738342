import { randomUUID } from 'node:crypto';
import type { Device } from '@shared/database';
import { expect, test } from 'vitest';
import { connectPushers } from '../src/push/connect-pushers.ts';
import { loadConfig } from '../src/config.ts';

/** The real providers, where their keys are in the environment: they must know us, and no such device. */
const { FIREBASE_CREDENTIALS_PATH, ONESIGNAL_APP_ID, ONESIGNAL_API_KEY } = process.env;

const device = (provider: Device['provider'], token: string): Device => {
  const now = new Date();
  const keys = { p256dh: null, auth: null };
  return { id: '1', userId: '1', provider, token, ...keys, createdAt: now, seenAt: now };
};

const options = () => ({ tag: 'live', signal: AbortSignal.timeout(50_000) });
const message = { title: 'hello', body: '', data: {} };

test.for([
  { provider: 'fcm', env: { FIREBASE_CREDENTIALS_PATH }, token: 'no-such-device' },
  { provider: 'onesignal', env: { ONESIGNAL_APP_ID, ONESIGNAL_API_KEY }, token: randomUUID() },
] as const)(
  '$provider itself lets us in, and does not know a device that is none',
  async (row, { skip }) => {
    if (Object.values(row.env).some((value) => value === undefined)) {
      skip(`${Object.keys(row.env).join(' or ')} is not in the environment`);
    }
    await using connected = connectPushers(
      loadConfig({ DATABASE_URL: 'postgres://unused', ...row.env }),
    );

    const outcomes = await connected.pushers[0]?.send(
      [device(row.provider, row.token)],
      message,
      options(),
    );

    expect(outcomes).toEqual([
      expect.objectContaining({ is: expect.stringMatching(/^(gone|refused)$/) }),
    ]);
  },
);
