import { Readable } from 'node:stream';
import { openStorage, StorageUnavailableError } from '@shared/storage';
import { expect, test } from 'vitest';
import { openS3 } from './drivers.ts';
import { s3Credentials } from './start-s3.ts';

const text = { contentType: 'text/plain' };
const MIB = 1024 * 1024;

test('a signed address reads and writes without credentials', async () => {
  await using driver = await openS3();
  const { storage } = driver;

  const upload = await storage.signedUrl('a/b', { expiresInMs: 60_000, method: 'PUT' });
  const put = await fetch(upload, {
    method: 'PUT',
    body: 'from a browser',
    headers: { 'content-type': 'text/plain' },
  });
  const address = await storage.signedUrl('a/b', { expiresInMs: 59_001 });
  const download = await fetch(address);

  expect(put.status).toBe(200);
  expect(address).toMatch(/[?&]X-Amz-Expires=60&.*X-Amz-Signature=[0-9a-f]{64}/);
  expect(upload).not.toMatch(/checksum/i);
  expect(await download.text()).toBe('from a browser');
  expect(await storage.head('a/b')).toMatchObject({ totalBytes: 14, contentType: 'text/plain' });
});

test('a service that refuses one part in the middle leaves no upload behind', async () => {
  await using driver = await openS3();
  const { storage, s3, leftovers } = driver;
  s3.refuse(({ url }) => url?.includes('partNumber=2') === true);

  const put = storage.put('a', Readable.from([Buffer.alloc(20 * MIB)]), text);

  await expect(put).rejects.toThrow(StorageUnavailableError);
  await expect(storage.head('a')).rejects.toMatchObject({ code: 'object_not_found' });
  expect(await leftovers()).toEqual([]);
});

test('a service that is busy for a moment is asked again', async () => {
  await using driver = await openS3();
  const { storage, s3 } = driver;
  let refusals = 1;
  s3.refuse(() => refusals-- > 0);

  await storage.put('a', Readable.from([Buffer.from('hello')]), text);

  expect((await storage.head('a')).totalBytes).toBe(5);
});

test('a service that stays busy is an outage, and unhealthy', async () => {
  await using driver = await openS3();
  const { storage, s3 } = driver;
  s3.refuse(() => true);

  await expect(storage.get('a')).rejects.toMatchObject({
    code: 'storage_unavailable',
    retryable: true,
  });
  expect(await storage.health()).toMatchObject({ ok: false });
});

test('a bucket that is not there is an outage, not a missing object', async () => {
  await using driver = await openS3();
  const { s3 } = driver;
  const url = s3.storageUrl.replace('s3://', 's3://other-');
  await using storage = await openStorage(url, s3Credentials);

  await expect(storage.get('a')).rejects.toThrow(StorageUnavailableError);
});
