import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@shared/errors';
import { expect, test } from 'vitest';
import { PlatformUnreachableError } from '../src/errors/platform-unreachable-error.ts';
import { findPlatform } from '../src/find-platform.ts';
import { startFakeApi } from './fake-api.ts';

const openDataDirectory = async (announced?: Record<string, string>) => {
  const path = await mkdtemp(join(tmpdir(), 'demo-test-'));
  if (announced !== undefined) {
    const announcement = JSON.stringify({ pid: process.pid, env: announced });
    await writeFile(join(path, 'platform.json'), announcement);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
};

const addressesOf = (url: string) => ({
  TASKYARD_URL: url,
  MAILBOX_URL: 'http://localhost:1080',
  DASHBOARD_URL: 'http://localhost:3001',
  TASKYARD_API_KEY: 'key',
});

test('the platform that announced itself and answers is found', async () => {
  await using api = await startFakeApi();
  await using data = await openDataDirectory(addressesOf(api.url));

  const found = await findPlatform({ url: undefined, dataDirectory: data.path }, {});

  expect(found).toEqual({
    url: api.url,
    mailboxUrl: 'http://localhost:1080',
    dashboardUrl: 'http://localhost:3001',
    apiKey: 'key',
  });
});

test('without an announcement there is none', async () => {
  await using data = await openDataDirectory();

  expect(await findPlatform({ url: undefined, dataDirectory: data.path }, {})).toBeUndefined();
});

test('the announcement of a platform that was killed counts for nothing', async () => {
  const api = await startFakeApi();
  await using data = await openDataDirectory(addressesOf(api.url));
  await api[Symbol.asyncDispose]();

  expect(await findPlatform({ url: undefined, dataDirectory: data.path }, {})).toBeUndefined();
});

test('an address that was given is used, with what the environment tells of it', async () => {
  await using api = await startFakeApi();
  await using data = await openDataDirectory(addressesOf('http://localhost:1'));

  const found = await findPlatform(
    { url: api.url, dataDirectory: data.path },
    addressesOf(api.url),
  );

  expect(found?.url).toBe(api.url);
});

test('an address that was given has to answer', async () => {
  await using data = await openDataDirectory();

  const finding = findPlatform({ url: 'http://127.0.0.1:1', dataDirectory: data.path }, {});

  await expect(finding).rejects.toThrow(PlatformUnreachableError);
});

test('what is not known of an address that was given is named', async () => {
  await using api = await startFakeApi();
  await using data = await openDataDirectory();

  const finding = findPlatform(
    { url: api.url, dataDirectory: data.path },
    { TASKYARD_URL: api.url },
  );

  await expect(finding).rejects.toThrow(ConfigError);
  await expect(finding).rejects.toThrow(/MAILBOX_URL.*TASKYARD_API_KEY/);
});
