import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sendPasswordResetEmail, sendWelcomeEmail } from '@shared/contracts';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../src/roles.ts';
import { type Dashboard, failedReset, openDashboard, PASSWORD, SECRET } from './open-dashboard.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Quiet, and happy to run as root in a container. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let dashboard: Dashboard;
let browser: Browser;
beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  dashboard = await openDashboard({ environment: 'development' });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const { platform } = dashboard;
  await failedReset(dashboard, 'password-reset-7');
  for (const [id, delayMs] of [
    ['welcome-1', 0],
    ['welcome-2', 0],
    ['welcome-3', 600_000],
  ] as const) {
    const payload = { userEmail: 'ada@example.test', userName: 'Ada', username: 'ada' };
    await platform.enqueue(sendWelcomeEmail, payload, { id, delayMs });
  }
  const reset = { userEmail: 'ben@example.test', userName: 'Ben', resetToken: SECRET };
  await platform.enqueue(sendPasswordResetEmail, reset, {
    id: 'password-reset-8',
    delayMs: 600_000,
  });
});
afterAll(async () => {
  await browser?.close();
  await dashboard?.[Symbol.asyncDispose]();
});

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: join(import.meta.dirname, '../.test-results', `${name}.png`) });

/** A page on which every complaint of the browser is collected. */
const openPage = async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const foreign = !request.url().startsWith(dashboard.url) && !request.url().startsWith('data:');
    if (foreign) complaints.push(`asks for ${request.url()}`);
  });
  return { page, complaints, [Symbol.asyncDispose]: () => page.close() };
};

const signIn = async (page: Page, role: Role, path: string) => {
  await page.goto(`${dashboard.url}${path}`);
  await page.getByLabel('Name').fill(role);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`**${path}`);
};

const withChromium = test.skipIf(CHROMIUM === undefined);

withChromium(
  'a wrong password brings the form back, the right one the page asked for',
  async () => {
    await using opened = await openPage();
    const { page } = opened;
    await page.goto(`${dashboard.url}/queues`);
    await shoot(page, 'login');
    await page.getByLabel('Name').fill('operator');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();

    await page.getByRole('alert').waitFor();
    await shoot(page, 'login-refused');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');

    await page.waitForURL('**/queues');
    await page.getByText('emails').first().waitFor();
  },
);

withChromium(
  'the board shows queues and jobs, without a secret and without a complaint',
  async () => {
    await using opened = await openPage();
    const { page, complaints } = opened;

    await signIn(page, 'operator', '/queues');
    await page.getByText('emails').first().waitFor();
    await shoot(page, 'queues');
    await page.goto(`${dashboard.url}/queues/queue/emails?status=failed`);
    await page.getByText('emails.send-password-reset-email').first().waitFor();
    await shoot(page, 'failed-jobs');
    await page.goto(`${dashboard.url}/queues/queue/emails/password-reset-8`);
    await page.getByText('resetToken').first().waitFor();
    await shoot(page, 'job');

    expect(await page.content()).toContain('[redacted]');
    expect(await page.content()).not.toContain(SECRET.slice(0, 20));
    expect(complaints).toEqual([]);
  },
);

/** What the page of a failed job offers to do, by the icons of its buttons and of the queue's menu. */
const offers = async (page: Page) => {
  await page.goto(`${dashboard.url}/queues/queue/emails?status=failed`);
  await page.getByText('emails.send-password-reset-email').first().waitFor();
  const menu = page.locator('button[class*=trigger]').first();
  if (await menu.isVisible()) {
    await menu.click();
    await page.getByRole('menu').waitFor();
  }
  const icons = ['refresh-cw', 'trash2', 'pencil', 'files', 'plus', 'pause', 'ban', 'gauge'];
  const shown = await Promise.all(
    icons.map((icon) =>
      page
        .locator(`:is(button, [role=menuitem]) > .lucide-${icon}`)
        .filter({ visible: true })
        .count(),
    ),
  );
  return icons.filter((_, i) => (shown[i] ?? 0) > 0);
};

withChromium.for([
  { role: 'viewer', offered: [] },
  { role: 'operator', offered: ['refresh-cw', 'trash2', 'pause'] },
  { role: 'admin', offered: ['refresh-cw', 'trash2', 'pause', 'ban', 'gauge'] },
] as const)('the page offers $role no more than the role allows', async ({ role, offered }) => {
  await using opened = await openPage();
  const { page } = opened;
  await signIn(page, role, '/queues');

  const shown = await offers(page);
  await shoot(page, role);

  expect(shown).toEqual(offered);
});

withChromium('who signs out sees the form', async () => {
  await using opened = await openPage();
  const { page } = opened;
  await signIn(page, 'viewer', '/account');
  await shoot(page, 'account');

  await page.getByRole('button', { name: 'Sign out' }).click();

  await page.waitForURL('**/login');
  await page.getByLabel('Password').waitFor();
});

withChromium('an admin retries a job and finds it in the audit log', async () => {
  await using opened = await openPage();
  const { page, complaints } = opened;
  await signIn(page, 'admin', '/queues/queue/emails/password-reset-7');

  await page.locator('button:has(> .lucide-refresh-cw)').click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect
    .poll(
      async () => {
        await page.goto(`${dashboard.url}/audit`);
        return page.content();
      },
      { timeout: 5_000 },
    )
    .toContain('job.retry');

  await shoot(page, 'audit');
  expect(complaints).toEqual([]);
});
