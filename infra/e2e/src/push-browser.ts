import { fileURLToPath } from 'node:url';
import type { startFakePushService } from '@shared/testing';
import type { Browser, Page } from 'playwright-core';

type PushService = Awaited<ReturnType<typeof startFakePushService>>;

const STAND_IN = fileURLToPath(new URL('stand-in-push-manager.js', import.meta.url));

/** A browser window whose push subscriptions are made at a service of the test's. */
export const openPushBrowser = async (browser: Browser, service: PushService) => {
  const context = await browser.newContext({ permissions: ['notifications'] });
  const asked: unknown[] = [];
  let subscription: { endpoint: string; keys: { p256dh: string; auth: string } } | null = null;
  await context.exposeFunction('subscribeAtService', (options: unknown) => {
    asked.push(options);
    const { token: endpoint, ...keys } = service.subscribe();
    subscription = { endpoint, keys };
    return subscription;
  });
  await context.exposeFunction('subscriptionAtService', () => subscription);
  await context.exposeFunction('unsubscribeAtService', () => {
    subscription = null;
    return true;
  });
  await context.addInitScript({ path: STAND_IN });
  return { context, page: await context.newPage(), asked };
};

/** Hands the page's service worker a message, as the browser does once it has opened it. */
export const deliverPush = async (page: Page, content: unknown): Promise<void> => {
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const { registrationId } of registrations) resolve(registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.deliverPushMessage', {
    origin: new URL(page.url()).origin,
    registrationId: await registered,
    data: JSON.stringify(content),
  });
  await devtools.detach();
};
