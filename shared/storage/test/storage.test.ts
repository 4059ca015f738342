import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  InvalidKeyError,
  ObjectNotFoundError,
  ObjectTooLargeError,
  UnsatisfiableRangeError,
  type ListedObject,
  type Storage,
} from '@shared/storage';
import { eventually } from '@shared/testing';
import { describe, expect, test } from 'vitest';
import { drivers } from './drivers.ts';

const text = { contentType: 'text/plain' };
const MIB = 1024 * 1024;

const readAll = async (storage: Storage, key: string) => buffer((await storage.get(key)).body);

const listed = async (storage: Storage, prefix: string) => {
  const objects: ListedObject[] = [];
  for await (const object of storage.list(prefix)) objects.push(object);
  return objects;
};

const keysOf = async (storage: Storage, prefix: string) =>
  (await listed(storage, prefix)).map(({ key }) => key);

/** A body that gives `first` and then nothing, until the test ends or breaks it. */
const stalledBody = (first: Uint8Array) => {
  const body = new PassThrough({ highWaterMark: first.byteLength + 1 });
  body.write(first);
  return body;
};

/** Until the driver has taken everything that the body gave. */
const drained = (body: PassThrough) => eventually(() => expect(body.readableLength).toBe(0));

describe.for(drivers)('$driver', ({ open }) => {
  test('an object reads back as it was stored', async () => {
    await using driver = await open();
    const { storage } = driver;

    const put = await storage.put('images/1/original', Buffer.from('hello'), {
      contentType: 'image/jpeg; note="a"',
    });
    const { body, ...content } = await storage.get('images/1/original');

    expect(put.bytes).toBe(5);
    expect(await buffer(body)).toEqual(Buffer.from('hello'));
    expect(content).toEqual({
      contentType: 'image/jpeg; note="a"',
      etag: put.etag,
      bytes: 5,
      totalBytes: 5,
    });
    expect(await storage.head('images/1/original')).toEqual({
      contentType: 'image/jpeg; note="a"',
      etag: put.etag,
      totalBytes: 5,
    });
    expect(put.etag).toMatch(/^[^"]+$/);
  });

  test.for([
    { size: 'nothing', bytes: 0 },
    { size: 'one byte', bytes: 1 },
    { size: 'a part of an upload less a byte', bytes: 8 * MIB - 1 },
    { size: 'exactly one part', bytes: 8 * MIB },
    { size: 'exactly two parts', bytes: 16 * MIB },
    { size: 'two parts and a bit', bytes: 16 * MIB + 3 },
  ])('a stream of $size is stored byte for byte', async ({ bytes }) => {
    await using driver = await open();
    const { storage, leftovers } = driver;
    const content = randomBytes(bytes);
    const chunks = Array.from({ length: Math.ceil(bytes / 100_000) }, (_, at) =>
      content.subarray(at * 100_000, (at + 1) * 100_000),
    );

    const put = await storage.put('a/b', Readable.from(chunks), text);

    expect(put.bytes).toBe(bytes);
    const read = await storage.get('a/b');
    expect(read).toMatchObject({ bytes, totalBytes: bytes, etag: put.etag });
    const stored = createHash('sha256').update(await buffer(read.body));
    expect(stored.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await leftovers()).toEqual([]);
  });

  test.for([
    { range: { start: 0, end: 3 }, content: '0123' },
    { range: { start: 4 }, content: '456789' },
    { range: { start: 9, end: 9 }, content: '9' },
    { range: { start: 7, end: 1_000 }, content: '789' },
  ])('the range $range of ten bytes is "$content"', async ({ range, content }) => {
    await using driver = await open();
    const { storage } = driver;
    await storage.put('ten', Buffer.from('0123456789'), text);

    const read = await storage.get('ten', { range });

    expect(read).toMatchObject({ bytes: content.length, totalBytes: 10 });
    expect((await buffer(read.body)).toString()).toBe(content);
  });

  test.for([
    { range: { start: 10 } },
    { range: { start: 3, end: 2 } },
    { range: { start: -1 } },
    { range: { start: 0.5 } },
  ])('the range $range of ten bytes cannot be had', async ({ range }) => {
    await using driver = await open();
    const { storage } = driver;
    await storage.put('object', Buffer.alloc(10), text);

    await expect(storage.get('object', { range })).rejects.toThrow(UnsatisfiableRangeError);
  });

  test('what is not there is not found, and can be deleted', async () => {
    await using driver = await open();
    const { storage } = driver;
    await storage.put('a/b', Buffer.from('x'), text);

    await expect(storage.get('a')).rejects.toThrow(ObjectNotFoundError);
    await expect(storage.get('a/b/c')).rejects.toThrow(ObjectNotFoundError);
    await expect(storage.head('c')).rejects.toThrow(ObjectNotFoundError);
    await storage.delete('c');
    await storage.delete('a/b');
    await storage.delete('a/b');
    await expect(storage.head('a/b')).rejects.toThrow(ObjectNotFoundError);
  });

  test('a second put replaces content, type and etag', async () => {
    await using driver = await open();
    const { storage } = driver;

    const first = await storage.put('a', Buffer.from('first'), text);
    const again = await storage.put('a', Buffer.from('first'), text);
    const second = await storage.put('a', Buffer.from('second!'), { contentType: 'image/png' });

    expect(again.etag).toBe(first.etag);
    expect(second.etag).not.toBe(first.etag);
    expect((await readAll(storage, 'a')).toString()).toBe('second!');
    expect(await storage.head('a')).toEqual({
      contentType: 'image/png',
      totalBytes: 7,
      etag: second.etag,
    });
  });

  test('a list gives the keys that start with the prefix, in the order of their bytes', async () => {
    await using driver = await open();
    const { storage } = driver;
    const keys = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a/bc', 'a0', 'b/a'];
    for (const key of keys.toReversed()) await storage.put(key, Buffer.from(key), text);

    expect(await listed(storage, 'a/')).toEqual([
      { key: 'a/b', bytes: 3 },
      { key: 'a/b/c', bytes: 5 },
      { key: 'a/bc', bytes: 4 },
    ]);
    expect(await keysOf(storage, '')).toEqual(keys);
    expect(await keysOf(storage, 'a')).toEqual(keys.slice(0, 7));
    expect(await keysOf(storage, 'a/b')).toEqual(['a/b', 'a/b/c', 'a/bc']);
    expect(await keysOf(storage, 'a/b/c/d')).toEqual([]);
    expect(await keysOf(storage, 'c')).toEqual([]);
  });

  test('a list goes on past the thousand keys of one page', async () => {
    await using driver = await open();
    const { storage } = driver;
    const keys = Array.from({ length: 1_001 }, (_, at) => `n/${String(at).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 50) {
      const batch = keys.slice(at, at + 50);
      await Promise.all(batch.map((key) => storage.put(key, Buffer.from('x'), text)));
    }

    expect(await keysOf(storage, 'n/')).toEqual(keys);
  });

  test.for([
    { reason: 'that is empty', key: '' },
    { reason: 'with a leading slash', key: '/a' },
    { reason: 'with a trailing slash', key: 'a/' },
    { reason: 'with an empty part', key: 'a//b' },
    { reason: 'that climbs', key: 'a/../../etc/passwd' },
    { reason: 'of dots', key: '..' },
    { reason: 'with a hidden part', key: 'a/.b' },
    { reason: 'with two dots within', key: 'a..b' },
    { reason: 'with a back slash', key: 'a\\b' },
    { reason: 'with a space', key: 'a b' },
    { reason: 'with the mark of folders', key: 'a@/b' },
    { reason: 'with a zero byte', key: 'a\0b' },
    { reason: 'with a line break', key: 'a\n' },
    { reason: 'with letters beyond ASCII', key: 'ä' },
    { reason: 'with a part of 201 characters', key: 'a'.repeat(201) },
    { reason: 'of 513 characters', key: `${'a/'.repeat(256)}a` },
  ])('a key $reason is refused by every call', async ({ key }) => {
    await using driver = await open();
    const { storage } = driver;
    const body = Readable.from(['x']);

    await expect(storage.put(key, body, text)).rejects.toThrow(InvalidKeyError);
    expect(body.destroyed).toBe(true);
    await expect(storage.get(key)).rejects.toThrow(InvalidKeyError);
    await expect(storage.head(key)).rejects.toThrow(InvalidKeyError);
    await expect(storage.delete(key)).rejects.toThrow(InvalidKeyError);
    await expect(storage.signedUrl(key, { expiresInMs: 1_000 })).rejects.toThrow(InvalidKeyError);
    if (key !== '' && key !== 'a/') {
      await expect(keysOf(storage, key)).rejects.toThrow(InvalidKeyError);
    }
  });

  test.for([
    { size: 'small', bytes: 11, maxBytes: 10 },
    { size: 'large', bytes: 20 * MIB, maxBytes: 20 * MIB - 1 },
  ])('a $size body over the limit is refused and leaves what was there', async (sizes) => {
    await using driver = await open();
    const { storage, leftovers } = driver;
    const { bytes, maxBytes } = sizes;
    await storage.put('a', Buffer.from('before'), text);
    const content = Buffer.alloc(bytes);
    const stream = Readable.from([content.subarray(0, 5), content.subarray(5)]);

    const refused = storage.put('a', stream, { ...text, maxBytes });

    await expect(refused).rejects.toThrow(ObjectTooLargeError);
    await expect(storage.put('a', content, { ...text, maxBytes })).rejects.toThrow(
      ObjectTooLargeError,
    );
    expect(stream.destroyed).toBe(true);
    expect((await readAll(storage, 'a')).toString()).toBe('before');
    expect(await leftovers()).toEqual([]);
    expect((await storage.put('b', content, { ...text, maxBytes: bytes })).bytes).toBe(bytes);
  });

  test.for([
    { size: 'a few bytes', bytes: 5 },
    { size: 'more than a part', bytes: 9 * MIB },
  ])('a body that breaks after $size leaves nothing but its error', async ({ bytes }) => {
    await using driver = await open();
    const { storage, leftovers } = driver;
    const broken = new Error('the client hung up');
    const body = Readable.from(
      (async function* () {
        yield Buffer.alloc(bytes);
        throw broken;
      })(),
    );

    await expect(storage.put('a', body, text)).rejects.toBe(broken);

    await expect(storage.head('a')).rejects.toThrow(ObjectNotFoundError);
    expect(await leftovers()).toEqual([]);
  });

  test('an upload that is cut off without an error is not taken for whole', async () => {
    await using driver = await open();
    const { storage, leftovers } = driver;
    const body = stalledBody(Buffer.from('half'));

    const cut = storage.put('a', body, text);
    await drained(body);
    body.destroy();

    await expect(cut).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    await expect(storage.head('a')).rejects.toThrow(ObjectNotFoundError);
    expect(await leftovers()).toEqual([]);
  });

  test.for([
    { size: 'a few bytes', bytes: 5 },
    { size: 'more than a part', bytes: 9 * MIB },
  ])('a put that is aborted after $size leaves what was there', async ({ bytes }) => {
    await using driver = await open();
    const { storage, leftovers } = driver;
    await storage.put('a', Buffer.from('before'), text);
    const stop = new AbortController();
    const reason = new Error('cancelled by its owner');
    const body = stalledBody(Buffer.alloc(bytes));

    const aborted = storage.put('a', body, { ...text, signal: stop.signal });
    const outcome = expect(aborted).rejects.toBe(reason);
    await drained(body);
    stop.abort(reason);

    await outcome;
    expect(body.destroyed).toBe(true);
    expect((await readAll(storage, 'a')).toString()).toBe('before');
    expect(await leftovers()).toEqual([]);
  });

  test('a signal that has aborted before stops every call that takes one', async () => {
    await using driver = await open();
    const { storage } = driver;
    await storage.put('a', Buffer.from('before'), text);
    const reason = new Error('too late');
    const signal = AbortSignal.abort(reason);

    await expect(storage.put('a', Buffer.from('after'), { ...text, signal })).rejects.toBe(reason);
    await expect(storage.get('a', { signal })).rejects.toBe(reason);
    expect((await readAll(storage, 'a')).toString()).toBe('before');
  });

  test('a read that is aborted midway breaks off', async () => {
    await using driver = await open();
    const { storage } = driver;
    await storage.put('a', Buffer.alloc(4 * MIB), text);
    const stop = new AbortController();
    const { body } = await storage.get('a', { signal: stop.signal });

    const read = buffer(body);
    stop.abort();

    await expect(read).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('an object is not there until its last byte is', async () => {
    await using driver = await open();
    const { storage } = driver;
    const body = stalledBody(Buffer.from('first '));
    const put = storage.put('slow', body, text);

    await expect(storage.head('slow')).rejects.toThrow(ObjectNotFoundError);
    expect(await keysOf(storage, 'slow')).toEqual([]);
    body.end('last');
    await put;

    expect((await readAll(storage, 'slow')).toString()).toBe('first last');
  });

  test.for([{ expiresInMs: 0 }, { expiresInMs: -1 }, { expiresInMs: 604_800_001 }])(
    'an address for $expiresInMs ms is refused',
    async ({ expiresInMs }) => {
      await using driver = await open();
      const { storage } = driver;

      await expect(storage.signedUrl('a', { expiresInMs })).rejects.toMatchObject({
        code: 'invalid_option',
        path: 'expiresInMs',
      });
    },
  );

  test.for(['', 'text/plain\r\nx-evil: 1', 'x'.repeat(256)])(
    'the content type %j is refused',
    async (contentType) => {
      await using driver = await open();
      const { storage } = driver;

      await expect(storage.put('a', Buffer.from('x'), { contentType })).rejects.toMatchObject({
        code: 'invalid_option',
        path: 'contentType',
      });
    },
  );

  test('open storage is healthy', async () => {
    await using driver = await open();
    const { storage } = driver;

    expect(await storage.health()).toEqual({ ok: true });
  });
});
