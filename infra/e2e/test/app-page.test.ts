import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import { testDatabaseUrl } from '@shared/testing';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { ask } from '../src/ask.ts';
import { openBrowser, type OpenedBrowser } from '../src/browser.ts';
import { type Fleet, startFleet } from '../src/fleet.ts';
import { newcomer, registered } from '../src/people.ts';

let fleet: Fleet;
let opened: OpenedBrowser;
beforeAll(async () => {
  fleet = await startFleet({
    services: ['mailbox', 'web', 'emails', 'notifications', 'images'],
    databaseUrl: await testDatabaseUrl(),
  });
  opened = await openBrowser();
  if ('missing' in opened) process.stderr.write(`SKIPPED: ${opened.missing}\n`);
});
afterAll(async () => {
  if ('browser' in opened) await opened.browser.close();
  await fleet[Symbol.asyncDispose]();
});

/** A browser window of its own, and all that its console complains of: what the page may not load is there too. */
const openPage = async ({ skip }: TestContext, options = {}) => {
  if ('missing' in opened) return skip(opened.missing);
  const context = await opened.browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(fleet.url);
  return { context, page, problems };
};

const register = async (page: Page, firstName: string) => {
  const { email, username, password } = newcomer();
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('E-mail').first().fill(email);
  await page.getByLabel('Password').first().fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  return { email, username, password };
};

const newsOf = (page: Page) => page.getByRole('region', { name: 'Notifications' });
const workOf = (page: Page) => page.getByRole('region', { name: 'Work' });

test('who is followed sees it at once in every tab, and reads it in all of them', async (test) => {
  const grace = await openPage(test);
  const ada = await openPage(test);
  const { username } = await register(grace.page, 'Grace');
  await register(ada.page, 'Ada');
  const otherTab = await grace.context.newPage();
  await otherTab.goto(fleet.url);
  await otherTab.getByText('Live', { exact: true }).waitFor();

  await ada.page
    .getByRole('listitem')
    .filter({ hasText: `@${username}` })
    .getByRole('button', { name: 'Follow' })
    .click();

  for (const tab of [grace.page, otherTab]) {
    await newsOf(tab).getByText('Ada follows you').waitFor();
    await newsOf(tab).getByLabel('1 unread').waitFor();
  }
  await workOf(ada.page)
    .getByRole('listitem')
    .filter({ hasText: 'Tell Grace' })
    .getByText('complete')
    .waitFor();
  await newsOf(grace.page).getByRole('button', { name: 'Mark all read' }).click();
  await newsOf(otherTab).getByLabel('1 unread').waitFor({ state: 'hidden' });
  expect([...grace.problems, ...ada.problems]).toEqual([]);
});

test('an application reaches whoever posted the job, and the notification leads to the post', async (test) => {
  const { page, problems } = await openPage(test);
  await register(page, 'Grace');
  await page.getByText('Post a job').click();
  await page.getByLabel('Title').fill('Analyst of engines');
  await page.getByRole('button', { name: 'Post the job' }).click();
  await page.getByText('Yours').waitFor();
  const { token } = await registered(fleet.url);
  const { body } = await ask(`${fleet.url}/jobs`, { token });
  const [post] = (body as { jobs: { id: string }[] }).jobs;

  await ask(`${fleet.url}/jobs/${post?.id}/apply`, { method: 'POST', token });

  await newsOf(page).getByRole('link', { name: 'Ada applied for Analyst of engines' }).click();
  await page.locator(`[data-id="${post?.id}"][data-found]`).waitFor();
  expect(problems).toEqual([]);
});

test('a photo shows its progress, and its thumbnail once that is made', async (test) => {
  const { page, problems } = await openPage(test);
  await register(page, 'Ada');

  const photo = join(PROJECT_ROOT, 'infra', 'demo', 'meadow.jpg');
  await page.locator('#photos input[type=file]').setInputFiles(photo);

  const thumbnail = page.getByAltText('Thumbnail of meadow.jpg');
  await thumbnail.waitFor();
  const width = () => page.evaluate("document.querySelector('.pictures img').naturalWidth");
  await expect.poll(width).toBe(250);
  await workOf(page)
    .getByRole('listitem')
    .filter({ hasText: 'meadow.jpg, large' })
    .getByText('complete')
    .waitFor();
  expect(problems).toEqual([]);
});

test('a photo is rated, and found again by its copy', async (test) => {
  const { page, problems } = await openPage(test);
  await register(page, 'Ada');
  const photo = sharp(join(PROJECT_ROOT, 'infra', 'demo', 'meadow.jpg')).autoOrient();
  const copy = await photo.resize({ width: 400 }).jpeg({ quality: 40 }).toBuffer();
  const files = page.locator('#photos input[type=file]');
  await files.setInputFiles(join(PROJECT_ROOT, 'infra', 'demo', 'meadow.jpg'));
  await files.setInputFiles({ name: 'copy.jpg', mimeType: 'image/jpeg', buffer: copy });
  for (const name of ['meadow.jpg', 'copy.jpg']) {
    await page.getByAltText(`Thumbnail of ${name}`).waitFor();
    await workOf(page)
      .getByRole('listitem')
      .filter({ hasText: `${name}, what it looks like` })
      .getByText('complete')
      .waitFor();
  }

  await page.getByRole('button', { name: 'Rate meadow.jpg 4 of 5' }).click();

  await page.getByText(/^4\.00 of 5, 1 vote$/).waitFor();
  // The index hears of a new photo a moment after its job has ended.
  const found = async () => {
    await page.getByRole('button', { name: 'Find photos like copy.jpg' }).click();
    return page.getByAltText(/^meadow\.jpg, \d+ of 100 alike$/).count();
  };
  await expect.poll(found, { timeout: 20_000, interval: 500 }).toBe(1);
  expect(problems).toEqual([]);
});

test('the keyboard alone is enough to sign in and out again', async (test) => {
  const { page, problems } = await openPage(test);
  const { email, password } = await registered(fleet.url);

  await page.getByRole('tab', { name: 'New here' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).focus();
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Watch the work get done.' }).waitFor();
  expect(problems).toEqual([]);
});

test('a refusal is said where it happened', async (test) => {
  const { page } = await openPage(test);
  await page.getByRole('tab', { name: 'Sign in' }).click();

  await page.getByLabel('E-mail').last().fill('nobody@example.com');
  await page.getByLabel('Password').last().fill('a wild guess');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('alert').getByText('password').waitFor();
});

test.for([
  { name: 'a wide window, light', width: 1_280, colorScheme: 'light' },
  { name: 'a tablet, dark', width: 800, colorScheme: 'dark' },
  { name: 'a phone, light', width: 360, colorScheme: 'light' },
] as const)(
  'in $name nothing sticks out, and text stands out from its ground',
  async (row, test) => {
    const { width, colorScheme } = row;
    const { page } = await openPage(test, { viewport: { width, height: 800 }, colorScheme });

    const before = await measured(page);
    await register(page, 'Ada');
    const after = await measured(page);

    for (const { overflow, faint } of [before, after]) {
      expect(overflow).toBeLessThanOrEqual(0);
      expect(faint).toEqual([]);
    }
  },
);

const script = await readFile(new URL('../src/measure-page.js', import.meta.url), 'utf8');

const measured = (page: Page) => page.evaluate<{ overflow: number; faint: string[] }>(script);
