import { createECDH } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakePushService, testDatabaseUrl } from '@shared/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { ask } from '../src/ask.ts';
import { openBrowser, type OpenedBrowser } from '../src/browser.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { newcomer, registered } from '../src/people.ts';
import { deliverPush, openPushBrowser } from '../src/push-browser.ts';
import { temporaryDirectory } from '../src/temporary-directory.ts';

const vapid = createECDH('prime256v1');
const publicKey = vapid.generateKeys('base64url');

const opened = new AsyncDisposableStack();
let service: Awaited<ReturnType<typeof startFakePushService>>;
let fleet: Fleet;
let browser: OpenedBrowser;
beforeAll(async () => {
  service = opened.use(await startFakePushService({ publicKey: publicKey }));
  const { path } = opened.use(await temporaryDirectory());
  const certificate = join(path, 'push-service.pem');
  await writeFile(certificate, service.cert);
  fleet = opened.use(
    await startFleet({
      services: ['mailbox', 'web', 'emails', 'notifications'],
      databaseUrl: await testDatabaseUrl(),
      env: {
        VAPID_PUBLIC_KEY: publicKey,
        VAPID_PRIVATE_KEY: vapid.getPrivateKey().toString('base64url'),
        WEB_PUSH_HOSTS: service.host,
        NODE_EXTRA_CA_CERTS: certificate,
      },
    }),
  );
  browser = await openBrowser();
  if ('missing' in browser) process.stderr.write(`SKIPPED: ${browser.missing}\n`);
  else opened.defer(() => ('browser' in browser ? browser.browser.close() : undefined));
});
afterAll(() => opened.disposeAsync());

/** The page of somebody new, in a browser that may show notifications. */
const openPage = async ({ skip }: TestContext) => {
  if ('missing' in browser) return skip(browser.missing);
  const { page, asked } = await openPushBrowser(browser.browser, service);
  await page.goto(fleet.url);
  const { email, username, password } = newcomer();
  await page.getByLabel('First name').fill('Grace');
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('E-mail').first().fill(email);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await turnOn(page).waitFor();
  const { body } = await ask(`${fleet.url}/login`, { method: 'POST', json: { email, password } });
  const { user, token } = body as { user: { id: string }; token: string };
  const devices = async () => {
    const answer = await ask(`${fleet.url}/devices`, { token });
    return (answer.body as { devices: unknown[] }).devices;
  };
  return { page, asked, user, devices };
};

const turnOn = (page: Page) => page.getByRole('button', { name: 'Notify me on this device' });
const turnOff = (page: Page) => page.getByRole('button', { name: 'Stop on this device' });

/** What the operating system would show. */
const notifications = (page: Page) =>
  page.evaluate<{ title: string; data: unknown }[]>(`(async () => {
    const { scope } = await navigator.serviceWorker.ready;
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return (await registration.getNotifications()).map(({ title, data }) => ({ title, data }));
  })()`);

/** Clicking one is beyond the page, and the browser's tools: the worker is told as the browser would. */
const clickNotification = (page: Page) =>
  page.context().serviceWorkers()[0]?.evaluate(`(async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  })()`);

test('what happens is shown on the device by its service worker, and leads to its place', async (test) => {
  const { page, asked, user, devices } = await openPage(test);

  await turnOn(page).click();
  await turnOff(page).waitFor();

  expect(asked).toEqual([{ userVisibleOnly: true, applicationServerKey: publicKey }]);
  expect(await devices()).toMatchObject([{ provider: 'webpush' }]);
  const { token, id: adasId } = await registered(fleet.url);
  await ask(`${fleet.url}/users/${user.id}/follow`, { method: 'POST', token });
  await expect.poll(() => service.taken.length, { timeout: 30_000 }).toBe(1);
  const [message] = service.taken;
  await deliverPush(page, message?.content);
  const data = { kind: 'new-follower', link: `/users/${adasId}` };
  await expect.poll(() => notifications(page)).toEqual([{ title: 'Ada follows you', data }]);
  await clickNotification(page);
  await expect.poll(() => new URL(page.url()).hash).toBe(`#people/${adasId}`);
  expect(await notifications(page)).toEqual([]);
});

test('a device that is stopped is forgotten, and may be told again', async (test) => {
  const { page, devices } = await openPage(test);
  await turnOn(page).click();
  await turnOff(page).waitFor();
  await page.reload();

  await turnOff(page).click();
  await turnOn(page).waitFor();

  expect(await devices()).toEqual([]);
  await turnOn(page).click();
  await turnOff(page).waitFor();
  expect(await devices()).toHaveLength(1);
});

test('who signs out leaves no device behind', async (test) => {
  const { page, devices } = await openPage(test);
  await turnOn(page).click();
  await turnOff(page).waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Create account' }).waitFor();

  expect(await devices()).toEqual([]);
});
