import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { sendPush } from '@shared/contracts';
import { devicesOf, pushLedger, recordPushes, registerDevice } from '@shared/database';
import { startFakePushService } from '@shared/testing';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFcm } from '../src/push/fcm.ts';
import { connectOneSignal } from '../src/push/onesignal.ts';
import { connectWebPush } from '../src/push/web-push.ts';
import { credential, startFakeFcm } from './fake-fcm.ts';
import { ONESIGNAL_KEY, startFakeOneSignal } from './fake-onesignal.ts';
import { newDevice, newUserId, openDatabase, openOffice } from './notice-office.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const atOnce = { backoff: { type: 'fixed', delayMs: 1 } } as const;

const tokensOf = async (userId: string) =>
  (await devicesOf(database, userId)).map(({ token }) => token).toSorted();

const openFcm = ({ url, ca }: { url: string; ca: string }, allowed = credential) =>
  connectFcm({ projectId: 'demo', credential: allowed, url, ca });

const newVapid = () => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  });
  const point = [jwk.x, jwk.y].map((part) => Buffer.from(part ?? '', 'base64url'));
  return {
    subject: 'mailto:tests@taskyard.example',
    publicKey: Buffer.concat([Buffer.from([4]), ...point]).toString('base64url'),
    privateKey: jwk.d ?? '',
  };
};

test('a message reaches all of a person’s phones, 500 at a time', async () => {
  await using fcm = await startFakeFcm();
  await using pusher = openFcm(fcm);
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await Promise.all(
    Array.from({ length: 502 }, (_, i) => newDevice(database, userId, `phone-${userId}-${i}`)),
  );

  const job = await office.enqueue(sendPush, {
    userId,
    title: 'hello',
    body: 'there',
    data: { jobId: 7, urgent: true },
  });

  await expect(job.result()).resolves.toEqual({ sent: 502, removed: 0, refused: 0 });
  expect(new Set(fcm.sent.map(({ token }) => token)).size).toBe(502);
  expect(fcm.sent[0]).toMatchObject({
    notification: { title: 'hello', body: 'there' },
    data: { jobId: '7', urgent: 'true' },
  });
});

test('phones that are gone are forgotten, and those of others are refused', async () => {
  await using fcm = await startFakeFcm();
  await using pusher = openFcm(fcm);
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  for (const kind of ['phone', 'unregistered', 'invalid', 'foreign']) {
    await newDevice(database, userId, `${kind}-${userId}`);
  }

  const job = await office.enqueue(sendPush, { userId, title: 'hello' });

  await expect(job.result()).resolves.toEqual({ sent: 1, removed: 2, refused: 1 });
  expect(await tokensOf(userId)).toEqual([`foreign-${userId}`, `phone-${userId}`]);
});

test('where every phone is said to be invalid the message may be, and none is forgotten', async () => {
  await using fcm = await startFakeFcm();
  await using pusher = openFcm(fcm);
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await newDevice(database, userId, `invalid-${userId}`);

  const job = await office.enqueue(sendPush, { userId, title: 'hello' });

  await expect(job.result()).resolves.toEqual({ sent: 0, removed: 0, refused: 1 });
  expect(await tokensOf(userId)).toHaveLength(1);
});

test('the attempt after a busy one sends to those that do not have it, and to them alone', async () => {
  await using fcm = await startFakeFcm();
  await using pusher = openFcm(fcm);
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);
  await newDevice(database, userId, `busy-${userId}`);
  const options = { attempts: 10, backoff: { type: 'fixed', delayMs: 50 } } as const;

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, options);
  for await (const { attempts } of job.changes()) {
    if (attempts >= 2) break;
  }
  fcm.refusing.delete('busy');

  await expect(job.result()).resolves.toEqual({ sent: 2, removed: 0, refused: 0 });
  expect(fcm.seen.filter((token) => token === `phone-${userId}`)).toHaveLength(1);
  expect(fcm.sent.map(({ token }) => token)).toEqual([`phone-${userId}`, `busy-${userId}`]);
});

test('an attempt that was overtaken cannot write over what the newer one noted', async () => {
  const { id: deviceId } = await newDevice(database, newUserId(), randomUUID());
  const entry = { jobId: randomUUID(), deviceIds: [deviceId] };
  await recordPushes(database, { ...entry, fence: 2 });

  const older = recordPushes(database, { ...entry, fence: 1 });

  await expect(older).rejects.toMatchObject({ code: 'stale_attempt' });
  const [kept] = await database.select().from(pushLedger).where(eq(pushLedger.jobId, entry.jobId));
  expect(kept).toMatchObject({ fence: 2 });
});

test('credentials that Google does not accept end the job, and no phone is forgotten', async () => {
  await using fcm = await startFakeFcm();
  await using pusher = openFcm(fcm, {
    getAccessToken: async () => ({ access_token: 'of-somebody-else', expires_in: 3_600 }),
  });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, atOnce);

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'push_auth_failed' });
  expect(await job.record()).toMatchObject({ attempts: 1 });
  expect(await tokensOf(userId)).toHaveLength(1);
});

test('a project that is not there costs nobody their phone', async () => {
  await using fcm = await startFakeFcm();
  await using pusher = connectFcm({ projectId: 'another', credential, url: fcm.url, ca: fcm.ca });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, atOnce);

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'push_auth_failed' });
  expect(await tokensOf(userId)).toHaveLength(1);
});

test('a browser opens what was sealed for it, and one that is gone is forgotten', async () => {
  const vapid = newVapid();
  await using service = await startFakePushService(vapid);
  const pusher = connectWebPush({ vapid, agent: service.agent });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  const [here, gone] = [service.subscribe(), service.subscribe()];
  service.answer(gone.token, { status: 410 });
  for (const subscription of [here, gone]) {
    await registerDevice(database, { userId, provider: 'webpush', ...subscription });
  }

  const job = await office.enqueue(sendPush, { userId, title: 'hello', data: { link: '/jobs/7' } });

  await expect(job.result()).resolves.toEqual({ sent: 1, removed: 1, refused: 0 });
  expect(service.taken).toEqual([
    {
      topic: expect.stringMatching(/^[\w-]{32}$/),
      ttl: '86400',
      content: {
        title: 'hello',
        body: '',
        data: { link: '/jobs/7' },
        tag: service.taken[0]?.topic,
      },
    },
  ]);
  expect(await tokensOf(userId)).toEqual([here.token]);
});

test('the wait that a push service asks for is kept', async () => {
  const vapid = newVapid();
  await using service = await startFakePushService(vapid);
  const pusher = connectWebPush({ vapid, agent: service.agent });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  const subscription = service.subscribe();
  service.answer(subscription.token, { status: 429, headers: { 'retry-after': '600' } });
  await registerDevice(database, { userId, provider: 'webpush', ...subscription });

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, atOnce);
  for await (const { status } of job.changes()) if (status === 'retrying') break;

  const { dueAt } = await job.record();
  expect(dueAt?.getTime()).toBeGreaterThan(Date.now() + 590_000);
});

test('OneSignal is told whom to send to, and whom it no longer knows is forgotten', async () => {
  await using oneSignal = await startFakeOneSignal();
  const pusher = connectOneSignal({ url: oneSignal.url, appId: 'app', apiKey: ONESIGNAL_KEY });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  const [here, gone] = [randomUUID(), randomUUID()];
  oneSignal.gone.add(gone);
  for (const token of [here, gone]) await newDevice(database, userId, token, 'onesignal');

  const job = await office.enqueue(sendPush, { userId, title: 'hello', body: 'there' });

  await expect(job.result()).resolves.toEqual({ sent: 1, removed: 1, refused: 0 });
  expect(oneSignal.messages()).toMatchObject([
    { app_id: 'app', headings: { en: 'hello' }, contents: { en: 'there' } },
  ]);
  expect(await tokensOf(userId)).toEqual([here]);
});

test.for([
  { status: 429, headers: { 'retry-after': '0' } },
  { status: 503, headers: {} },
])('OneSignal answers $status once and is asked again', async ({ status, headers }) => {
  await using oneSignal = await startFakeOneSignal();
  const pusher = connectOneSignal({ url: oneSignal.url, appId: 'app', apiKey: ONESIGNAL_KEY });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await newDevice(database, userId, randomUUID(), 'onesignal');
  oneSignal.refuseNext(status, { ...headers });

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, atOnce);

  await expect(job.result()).resolves.toMatchObject({ sent: 1 });
  expect(oneSignal.requests()).toBe(2);
});

test('OneSignal does not accept our key: the job ends, and says which variable is wrong', async () => {
  await using oneSignal = await startFakeOneSignal();
  const pusher = connectOneSignal({ url: oneSignal.url, appId: 'app', apiKey: 'another' });
  await using office = await openOffice({ database, pushers: [pusher] });
  const userId = newUserId();
  await newDevice(database, userId, randomUUID(), 'onesignal');

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, atOnce);

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'push_auth_failed' });
  expect((await job.record()).error?.message).toContain('ONESIGNAL_API_KEY');
});

test('where one provider does not let us in, the others are sent to all the same', async () => {
  await using oneSignal = await startFakeOneSignal();
  await using fcm = await startFakeFcm();
  await using phones = openFcm(fcm);
  const wrong = connectOneSignal({ url: oneSignal.url, appId: 'app', apiKey: 'another' });
  await using office = await openOffice({ database, pushers: [wrong, phones] });
  const userId = newUserId();
  await newDevice(database, userId, randomUUID(), 'onesignal');
  await newDevice(database, userId, `phone-${userId}`);

  const job = await office.enqueue(sendPush, { userId, title: 'hello' }, atOnce);

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'push_auth_failed' });
  expect(fcm.sent).toHaveLength(1);
});

test('devices for which nothing is set up are told as such', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);

  const job = await office.enqueue(sendPush, { userId, title: 'hello' });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'push_not_configured' });
});

test('a person without devices is nobody to fail for', async () => {
  await using office = await openOffice({ database });

  const job = await office.enqueue(sendPush, { userId: newUserId(), title: 'hello' });

  await expect(job.result()).resolves.toEqual({ sent: 0, removed: 0, refused: 0 });
});
