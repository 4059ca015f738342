import { execFile } from 'node:child_process';
import { readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  CorruptObjectError,
  openStorage,
  StorageUnavailableError,
  UnsatisfiableRangeError,
  verifySignedUrl,
} from '@shared/storage';
import { expect, test } from 'vitest';
import { openLocal, signing } from './drivers.ts';

const text = { contentType: 'text/plain' };

const request = (url: URL, method: string) => ({
  method,
  key: 'a/b.jpg',
  expires: url.searchParams.get('expires'),
  signature: url.searchParams.get('signature'),
});

test('writers that race for one key leave one whole object', async () => {
  await using local = await openLocal();
  const contents = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(300_000, letter));

  await Promise.all(
    contents.map((content) => local.storage.put('racy', Readable.from([content]), text)),
  );

  const stored = await buffer((await local.storage.get('racy')).body);
  expect(contents.some((content) => content.equals(stored))).toBe(true);
  expect(await local.leftovers()).toEqual([]);
});

test('an empty object has no range', async () => {
  await using local = await openLocal();
  await local.storage.put('empty', Buffer.alloc(0), text);

  await expect(local.storage.get('empty', { range: { start: 0 } })).rejects.toThrow(
    UnsatisfiableRangeError,
  );
});

test('a reader goes on reading what it opened, though the object is replaced or deleted', async () => {
  await using local = await openLocal();
  const { storage } = local;
  await storage.put('a', Buffer.alloc(500_000, 'old'), text);

  const first = await storage.get('a');
  await storage.put('a', Buffer.alloc(500_000, 'new'), text);
  const second = await storage.get('a');
  await storage.delete('a');

  expect(await buffer(first.body)).toEqual(Buffer.alloc(500_000, 'old'));
  expect(await buffer(second.body)).toEqual(Buffer.alloc(500_000, 'new'));
});

test('deleting the last object of a folder removes the folder', async () => {
  await using local = await openLocal();
  await local.storage.put('a/b/c', Buffer.from('x'), text);
  await local.storage.put('a/d', Buffer.from('x'), text);

  await local.storage.delete('a/b/c');
  const withOne = await readdir(join(local.folder, 'objects'), { recursive: true });
  await local.storage.delete('a/d');

  expect(withOne).toEqual(['a@', 'a@/d']);
  expect(await readdir(join(local.folder, 'objects'))).toEqual([]);
});

test('objects are stored while others in the same folder are deleted', async () => {
  await using local = await openLocal();
  const { storage } = local;

  await Promise.all(
    Array.from({ length: 50 }, async (_, at) => {
      await storage.put(`a/b/${at}`, Buffer.from(String(at)), text);
      if (at % 2 === 0) await storage.delete(`a/b/${at}`);
    }),
  );

  const keys: string[] = [];
  for await (const { key } of storage.list('a/b/')) keys.push(key);
  expect(keys).toHaveLength(25);
});

test('opening removes what a crash left an hour ago, and nothing that is being written', async () => {
  await using local = await openLocal();
  const body = new PassThrough();
  const writing = local.storage.put('slow', body, text);
  body.write('first ');
  const stale = join(local.folder, 'incoming', 'stale');
  await writeFile(stale, 'half a photo');
  const longAgo = new Date(Date.now() - 3_601_000);
  await utimes(stale, longAgo, longAgo);

  await using again = await openStorage(local.storageUrl);

  const kept = await local.leftovers();
  expect(kept).toHaveLength(1);
  expect(kept).not.toContain('stale');
  body.end('last');
  await writing;
  expect((await again.head('slow')).totalBytes).toBe(10);
});

test('a process that is killed in the middle of a put leaves no object', async () => {
  await using local = await openLocal();
  const script = `
    import { openStorage } from '@shared/storage';
    const storage = await openStorage(${JSON.stringify(local.storageUrl)});
    async function* body() {
      yield 'half a photo';
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => setInterval(() => {}, 1_000));
    }
    const { Readable } = await import('node:stream');
    await storage.put('killed', Readable.from(body()), { contentType: 'image/jpeg' });`;

  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);

  await expect(run).rejects.toMatchObject({ signal: 'SIGKILL' });
  await expect(local.storage.head('killed')).rejects.toMatchObject({ code: 'object_not_found' });
  expect(await local.leftovers()).toHaveLength(1);
});

test.for([
  { damage: 'cut short', bytes: 600 },
  { damage: 'emptied', bytes: 0 },
])('an object whose file was $damage says so', async ({ bytes }) => {
  await using local = await openLocal();
  await local.storage.put('a', Buffer.alloc(1_000), text);
  await truncate(join(local.folder, 'objects', 'a'), bytes);

  await expect(local.storage.head('a')).rejects.toThrow(CorruptObjectError);
  await expect(local.storage.get('a')).rejects.toThrow(CorruptObjectError);
});

test('an address is signed for one method, one key and a time', async () => {
  await using local = await openLocal();
  const before = Date.now();

  const address = new URL(await local.storage.signedUrl('a/b.jpg', { expiresInMs: 60_000 }));
  const upload = new URL(
    await local.storage.signedUrl('a/b.jpg', { expiresInMs: 60_000, method: 'PUT' }),
  );

  expect(address.origin + address.pathname).toBe(`${signing.publicUrl}/storage/a/b.jpg`);
  const expires = address.searchParams.get('expires');
  expect(Number(expires) - before).toBeGreaterThanOrEqual(60_000);
  expect(Number(expires) - before).toBeLessThan(70_000);
  verifySignedUrl(request(address, 'GET'), signing);
  verifySignedUrl(request(upload, 'PUT'), signing);
  expect(() => verifySignedUrl(request(address, 'PUT'), signing)).toThrow('does not fit');
});

test('addresses cannot be signed without a secret', async () => {
  await using local = await openLocal();
  await using unsigned = await openStorage(local.storageUrl, { publicUrl: signing.publicUrl });

  await expect(unsigned.signedUrl('a', { expiresInMs: 1_000 })).rejects.toMatchObject({
    code: 'invalid_option',
    path: 'signingSecret',
  });
});

test('a folder that went away is an outage, and unhealthy', async () => {
  await using local = await openLocal();
  await rm(local.folder, { recursive: true });

  const put = local.storage.put('a', Buffer.from('x'), text);

  await expect(put).rejects.toThrow(StorageUnavailableError);
  await expect(put).rejects.toMatchObject({ retryable: true, cause: { code: 'ENOENT' } });
  expect(await local.storage.health()).toMatchObject({ ok: false });
});

test('a folder that is a file cannot be opened', async () => {
  await using local = await openLocal();
  const file = join(local.folder, 'file');
  await writeFile(file, 'x');

  await expect(openStorage(`file:${file}`)).rejects.toThrow(StorageUnavailableError);
});
