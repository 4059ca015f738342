import { readdir, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openPayloadStore, payloadStoreOn } from '@shared/storage';
import { drivers, openLocal } from './drivers.ts';

const KEY = 'jobs/video_processing/0123-video_processing/payload.json';
const value = Buffer.from(JSON.stringify({ label: 'ä'.repeat(200_000) }));

test.for(drivers)('a value comes back from $driver as it was put', async ({ open }) => {
  await using driver = await open();
  const store = payloadStoreOn(driver.storage);

  await store.put(KEY, value);

  expect(Buffer.from(await store.get(KEY)).equals(value)).toBe(true);
});

test.for(drivers)('a value that is gone from $driver is deleted in peace', async ({ open }) => {
  await using driver = await open();
  const store = payloadStoreOn(driver.storage);
  await store.put(KEY, value);

  await store.delete(KEY);
  await store.delete(KEY);

  await expect(store.get(KEY)).rejects.toMatchObject({ code: 'object_not_found' });
});

test('a storage of its own is opened for the first value', async () => {
  await using local = await openLocal();
  const folder = `${local.folder}/values`;
  await using store = openPayloadStore(`file:${folder}`);
  await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });

  await store.put(KEY, value);

  expect(Buffer.from(await store.get(KEY)).equals(value)).toBe(true);
  expect(await readdir(folder)).toContain('objects');
});

test('an address that makes no sense is refused at once', () => {
  expect(() => openPayloadStore('ftp://host')).toThrow('STORAGE_URL must start with file: or s3:');
});

test('a storage that could not be opened is tried again', async () => {
  await using local = await openLocal();
  const folder = `${local.folder}/values`;
  await writeFile(folder, 'in the way');
  await using store = openPayloadStore(`file:${folder}`);
  await expect(store.put(KEY, value)).rejects.toMatchObject({ code: 'storage_unavailable' });
  await rm(folder);

  await store.put(KEY, value);

  expect(Buffer.from(await store.get(KEY)).equals(value)).toBe(true);
});
