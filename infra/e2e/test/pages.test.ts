import { testDatabaseUrl } from '@shared/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { openBrowser, type OpenedBrowser } from '../src/browser.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { endOfJob } from '../src/follow-job.ts';
import { registered } from '../src/people.ts';

let fleet: Fleet;
let opened: OpenedBrowser;
beforeAll(async () => {
  fleet = await startFleet({
    services: ['mailbox', 'web', 'emails', 'dashboard'],
    databaseUrl: await testDatabaseUrl(),
  });
  opened = await openBrowser();
  if ('missing' in opened) process.stderr.write(`SKIPPED: ${opened.missing}\n`);
});
afterAll(async () => {
  if ('browser' in opened) await opened.browser.close();
  await fleet[Symbol.asyncDispose]();
});

/** A page of a person of its own, and the errors that showed in its console. */
const openPage = async ({ skip }: TestContext): Promise<{ page: Page; problems: string[] }> => {
  if ('missing' in opened) return skip(opened.missing);
  const context = await opened.browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, problems };
};

test('a mail is read in the mailbox', async (context) => {
  const { page, problems } = await openPage(context);
  const ada = await registered(fleet.url);
  await endOfJob(fleet.url, ada);

  await page.goto(fleet.mailboxUrl);
  await page.getByText('Welcome to Taskyard, Ada').first().click();

  const mail = page.frameLocator('iframe');
  await mail.getByText('Welcome, Ada').first().waitFor();
  expect(await mail.locator('body').innerText()).toContain(ada.username);
  expect(problems).toEqual([]);
});

test('a mail that comes while the mailbox is open appears by itself', async (context) => {
  const { page } = await openPage(context);
  await page.goto(fleet.mailboxUrl);
  await page.getByText('Live').waitFor();

  const ada = await registered(fleet.url);

  await page.locator('#list').getByText(ada.email).first().waitFor();
});

test('the queues are shown to whoever signs in', async (context) => {
  const { page, problems } = await openPage(context);
  const ada = await registered(fleet.url);
  await endOfJob(fleet.url, ada);

  await page.goto(`${fleet.dashboardUrl}/queues/queue/emails`);
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill(fleet.dashboardPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByText('emails.send-welcome-email').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/queues/queue/emails');
  expect(problems).toEqual([]);
});

test('a wrong password is told, and shows nothing', async (context) => {
  const { page } = await openPage(context);

  await page.goto(fleet.dashboardUrl);
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill('a wild guess');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('alert').waitFor();
  await page.goto(`${fleet.dashboardUrl}/queues`);
  expect(new URL(page.url()).pathname).toBe('/login');
});
