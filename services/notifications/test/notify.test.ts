import {
  liveChannel,
  sendNewFollowerNotification,
  sendNotification,
  sendPush,
} from '@shared/contracts';
import { listNotifications, setPreference } from '@shared/database';
import { connectRedis } from '@shared/queue';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newDevice, newUserId, openDatabase, openOffice } from './notice-office.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const listOf = (userId: string) => listNotifications(database, { userId, limit: 100 });

const follower = (followedUserId: string | number) => ({
  followerId: 7,
  followerName: 'Grace\r\nHopper',
  followedUserId,
});

test('who is followed finds it in their list', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();

  const job = await office.enqueue(sendNewFollowerNotification, follower(userId));

  await expect(job.result()).resolves.toEqual({ inApp: true, pushJobId: null });
  expect(await listOf(userId)).toMatchObject([
    {
      kind: 'new-follower',
      title: 'Grace Hopper follows you',
      link: '/users/7',
      jobId: job.id,
      readAt: null,
    },
  ]);
});

test('people whom a Python program counts are told as well', async () => {
  await using office = await openOffice({ database });

  const job = await office.enqueue(sendNewFollowerNotification, follower(1843));
  await job.result();

  expect(await listOf('1843')).toHaveLength(1);
});

test('whoever listens hears of it, once it can be read', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();
  const listener = connectRedis({ url: office.redisUrl });
  const heard = Promise.withResolvers<number>();
  listener.on('message', () => heard.resolve(listOf(userId).then((list) => list.length)));
  await listener.subscribe(liveChannel(office.prefix, userId));

  await office.enqueue(sendNotification, { userId, title: 'hello' });

  await expect(heard.promise).resolves.toBe(1);
  listener.disconnect();
});

test('a job that runs twice tells once, and has one message pushed', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);
  const payload = { userId, title: 'hello' };
  const options = { id: `hello-${userId}`, keepResultMs: 1 };

  const first = await (await office.enqueue(sendNotification, payload, options)).result();
  await eventually(async () => {
    const again = await office.enqueue(sendNotification, payload, options);
    expect(again.duplicate).toBe(false);
    await again.result();
  });

  expect(first.pushJobId).toBe(`push-hello-${userId}`);
  expect(await listOf(userId)).toHaveLength(1);
  expect(await office.record(`push-hello-${userId}`)).toMatchObject({
    task: sendPush.name,
    payload: { userId, title: 'hello', body: '', data: { kind: 'message' } },
  });
});

test('who does not want it in their list, or on their devices, does not get it there', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);
  const no = { quietFrom: null, quietUntil: null, timeZone: null, userId };
  await setPreference(database, { ...no, kind: 'message', inApp: false, push: false });

  const unwanted = await office.enqueue(sendNotification, { userId, title: 'hello' });
  const wanted = await office.enqueue(sendNewFollowerNotification, follower(userId));

  await expect(unwanted.result()).resolves.toEqual({ inApp: false, pushJobId: null });
  await expect(wanted.result()).resolves.toMatchObject({
    inApp: true,
    pushJobId: /^push-/ as never,
  });
  expect((await listOf(userId)).map(({ kind }) => kind)).toEqual(['new-follower']);
});

test('in quiet hours the list has it at once, and devices only when they are over', async () => {
  await using office = await openOffice({ database });
  const userId = newUserId();
  await newDevice(database, userId, `phone-${userId}`);
  const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes();
  await setPreference(database, {
    userId,
    kind: '*',
    inApp: null,
    push: null,
    quietFrom: (minute + 1_430) % 1_440,
    quietUntil: (minute + 120) % 1_440,
    timeZone: 'UTC',
  });

  const job = await office.enqueue(sendNotification, { userId, title: 'hello' });
  const { pushJobId } = await job.result();

  expect(await listOf(userId)).toHaveLength(1);
  const { status, dueAt } = await office.record(pushJobId ?? '');
  expect(status).toBe('scheduled');
  expect(dueAt?.getTime()).toBeGreaterThan(Date.now() + 110 * 60_000);
});
