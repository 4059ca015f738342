import { randomUUID } from 'node:crypto';
import { liveChannel } from '@shared/contracts';
import { keepNotification } from '@shared/database';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followStream, type SentEvent } from './follow-events.ts';
import { registered } from './people.ts';
import { severableRedis } from './severable-redis.ts';
import { type Api, startApi } from './start-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi({ heartbeatMs: 50 });
});
afterAll(() => api[Symbol.asyncDispose]());

/** What the notifications service does with a job. */
const told = async (userId: string, title: string, to: Pick<Api, 'database'> = api) => {
  const notice = { userId, kind: 'message', title, body: '', link: null, jobId: randomUUID() };
  await keepNotification(to.database, notice);
};
const publish = (userId: string) => api.producer.redis.publish(liveChannel(api.prefix, userId), '');

const stream = (token: string, headers: Record<string, string> = {}, url = api.url) =>
  followStream(`${url}/notifications/stream`, { authorization: `Bearer ${token}`, ...headers });

const titles = (body: { notifications: { title: string }[] }) =>
  body.notifications.map(({ title }) => title);

const titled = (title: string) => (event: SentEvent) => event.data.title === title;
const unread = (count: number) => (event: SentEvent) => event.data.unread === count;

test('notifications are listed a page at a time, the newest first, with how many are unread', async () => {
  const { id, token } = await registered(api);
  for (const title of ['one', 'two', 'three']) await told(id, title);

  const first = await api.call('GET /notifications?limit=2', { token });
  const rest = await api.call(`GET /notifications?limit=2&before=${first.body.next}`, { token });

  expect([titles(first.body), first.body.unread]).toEqual([['three', 'two'], 3]);
  expect([titles(rest.body), rest.body.next]).toEqual([['one'], null]);
});

test('nobody sees or reads what others were told', async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  await told(ada.id, 'for Ada');
  const [{ id }] = (await api.call('GET /notifications', ada)).body.notifications;

  const read = await api.call('POST /notifications/read', { ...charles, json: { ids: [id] } });

  expect(read.body).toEqual({ unread: 0 });
  expect((await api.call('GET /notifications', charles)).body.notifications).toEqual([]);
  expect((await api.call('GET /notifications', ada)).body.unread).toBe(1);
});

test('every open tab shows a notification as it comes, and its reading', async () => {
  const { id, token } = await registered(api);
  await using one = await stream(token);
  await using other = await stream(token);
  await one.until(unread(0));
  await other.until(unread(0));

  await told(id, 'hello');
  await publish(id);
  await Promise.all([one.until(titled('hello')), other.until(titled('hello'))]);
  await Promise.all([one.until(unread(1)), other.until(unread(1))]);
  await api.call('POST /notifications/read', { token, json: { all: true } });

  await Promise.all([one.until(unread(0)), other.until(unread(0))]);
});

test('a stream that is asked for again begins after the last event that was seen', async () => {
  const { id, token } = await registered(api);
  for (const title of ['seen', 'missed', 'missed too']) await told(id, title);
  const { body } = await api.call('GET /notifications', { token });
  const seen = body.notifications.at(-1).id;

  await using events = await stream(token, { 'last-event-id': String(seen) });
  const got: SentEvent[] = [];
  await events.until((event) => got.push(event) === 3);

  expect(got.map(({ event, data }) => data.title ?? event)).toEqual([
    'missed',
    'missed too',
    'unread',
  ]);
  expect(got.map((event) => event.id)).toEqual([
    String(seen + 1),
    String(seen + 2),
    String(seen + 2),
  ]);
});

test('a long absence is made up for in full', async () => {
  const { id, token } = await registered(api);
  for (let i = 1; i <= 205; i += 1) await told(id, `number ${i}`);

  await using events = await stream(token, { 'last-event-id': '0' });

  let count = 0;
  await events.until(({ event }) => {
    count += 1;
    return event === 'unread';
  });
  expect(count).toBe(206);
});

test('what is told while Redis is away is shown once it is back', async () => {
  await using redis = await severableRedis();
  await using lonely = await startApi({ redisUrl: redis.url });
  const { id, token } = await registered(lonely);
  await using events = await stream(token, {}, lonely.url);
  await events.until(unread(0));

  await redis.cut();
  await told(id, 'unheard of', lonely);
  await redis.mend();

  await events.until(titled('unheard of'));
});

test('a stream says that it is still there, and ends when the api stops', async () => {
  await using other = await startApi({ heartbeatMs: 20 });
  const { token } = await registered(other);
  await using events = await stream(token, {}, other.url);
  await events.untilComment();

  other.stop();

  await events.toEnd();
});

test('preferences are kept a kind at a time, and shown', async () => {
  const { token } = await registered(api);
  const quietHours = { from: '22:00', until: '07:30', timeZone: 'Europe/Berlin' };

  await api.call('PUT /notifications/preferences/*', { token, json: { quietHours } });
  await api.call('PUT /notifications/preferences/new-follower', { token, json: { push: true } });
  const put = await api.call('PUT /notifications/preferences/new-follower', {
    token,
    json: { push: false },
  });

  const follower = { kind: 'new-follower', inApp: null, push: false, quietHours: null };
  expect([put.status, put.body.preference]).toEqual([200, follower]);
  const { body } = await api.call('GET /notifications/preferences', { token });
  expect(body.preferences).toEqual([{ kind: '*', inApp: null, push: null, quietHours }, follower]);
});

const KEYS = {
  p256dh: Buffer.alloc(65, 4).toString('base64url'),
  auth: Buffer.alloc(16, 1).toString('base64url'),
};
const browser = (endpoint: string, keys: Record<string, string> = KEYS) => ({
  provider: 'webpush',
  subscription: { endpoint, expirationTime: null, keys },
});

test.for([
  { provider: 'fcm', token: 'token-of-a-phone' },
  { provider: 'onesignal', subscriptionId: randomUUID() },
  browser('https://eu.push.example/send/1'),
])('a $provider device is registered, listed without its token, and forgotten', async (json) => {
  const person = await registered(api);

  const { status, body } = await api.call('POST /devices', { ...person, json });
  const again = await api.call('POST /devices', { ...person, json });
  const listed = await api.call('GET /devices', person);
  const gone = await api.call(`DELETE /devices/${body.device.id}`, person);
  const twice = await api.call(`DELETE /devices/${body.device.id}`, person);

  expect([status, again.body.device.id]).toEqual([201, body.device.id]);
  expect(listed.body.devices).toMatchObject([{ id: body.device.id, provider: json.provider }]);
  expect(JSON.stringify(listed.body)).not.toMatch(/token|endpoint|push\.example/);
  expect([gone.status, twice.status]).toEqual([204, 404]);
});

test('a device belongs to whoever signed in on it last', async () => {
  const [ada, charles] = [await registered(api), await registered(api)];
  const json = { provider: 'fcm', token: `token-${randomUUID()}` };
  await api.call('POST /devices', { ...ada, json });

  await api.call('POST /devices', { ...charles, json });

  expect((await api.call('GET /devices', ada)).body.devices).toEqual([]);
  expect((await api.call('GET /devices', charles)).body.devices).toHaveLength(1);
});

test.for([
  { why: 'an address of ours', json: browser('https://127.0.0.1/metrics') },
  { why: 'another host', json: browser('https://push.example.evil.test/1') },
  { why: 'a host with a password', json: browser('https://user:word@push.example/1') },
  { why: 'plain HTTP', json: browser('http://push.example/1') },
  { why: 'another port', json: browser('https://push.example:8443/1') },
  { why: 'a short key', json: browser('https://push.example/1', { ...KEYS, auth: 'abcd' }) },
  { why: 'no token', json: { provider: 'fcm', token: '' } },
  { why: 'a token with a line break', json: { provider: 'fcm', token: 'a\nb' } },
  { why: 'a provider of no kind', json: { provider: 'pigeon', token: 'x' } },
])('a device with $why is refused', async ({ json }) => {
  const person = await registered(api);

  const { status, body } = await api.call('POST /devices', { ...person, json });

  expect([status, body.error.code]).toEqual([400, 'invalid_request']);
});

test.for([
  { target: 'GET /notifications?limit=101' },
  { target: 'GET /notifications?before=first' },
  { target: 'GET /notifications?page=2' },
  { target: 'POST /notifications/read', json: { ids: [] } },
  { target: 'POST /notifications/read', json: { all: false } },
  { target: 'PUT /notifications/preferences/New%20Follower', json: {} },
  {
    target: 'PUT /notifications/preferences/*',
    json: { quietHours: { from: '22:00', until: '24:00', timeZone: 'UTC' } },
  },
  {
    target: 'PUT /notifications/preferences/*',
    json: { quietHours: { from: '22:00', until: '07:00', timeZone: 'Mars/Olympus' } },
  },
  {
    target: 'PUT /notifications/preferences/*',
    json: { quietHours: { from: '22:00', until: '22:00', timeZone: 'UTC' } },
  },
])('$target $json is refused', async ({ target, json }) => {
  const { token } = await registered(api);

  const { status, body } = await api.call(target, {
    token,
    ...(json === undefined ? {} : { json }),
  });

  expect([status, body.error.code]).toEqual([400, 'invalid_request']);
});

test.for(['GET /notifications', 'GET /notifications/stream', 'GET /devices', 'POST /devices'])(
  '%s is for people who are signed in',
  async (target) => {
    expect((await api.call(target)).status).toBe(401);
  },
);

test('a listener that leaves is not called any more', async () => {
  const { id, token } = await registered(api);
  {
    await using events = await stream(token);
    await events.until(unread(0));
  }

  await eventually(async () => expect(await publish(id)).toBe(0));
});
