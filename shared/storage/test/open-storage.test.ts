import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openStorage } from '@shared/storage';
import { expect, test } from 'vitest';
import { parseStorageUrl } from '../src/storage-url.ts';

test.for([
  {
    url: 'file:.data/storage',
    location: { driver: 'local', folder: `${process.cwd()}/.data/storage` },
  },
  { url: 'file:/var/my files', location: { driver: 'local', folder: '/var/my files' } },
  { url: 'file:///var/my%20files', location: { driver: 'local', folder: '/var/my files' } },
  { url: 's3://photos', location: { driver: 's3', bucket: 'photos', region: 'auto' } },
  {
    url: 's3://photos?endpoint=https://x.r2.example.com&region=eu-central-1',
    location: {
      driver: 's3',
      bucket: 'photos',
      region: 'eu-central-1',
      endpoint: 'https://x.r2.example.com',
    },
  },
])('$url is understood', ({ url, location }) => {
  expect(parseStorageUrl(url)).toEqual(location);
});

test.for([
  { reason: 'without a scheme', url: '.data/storage' },
  { reason: 'of another scheme', url: 'ftp://host/folder' },
  { reason: 'without a folder', url: 'file:' },
  { reason: 'with a host', url: 'file://host/folder' },
  { reason: 'without a bucket', url: 's3://' },
  { reason: 'with a path in the bucket', url: 's3://photos/2026' },
  { reason: 'with an endpoint that is no address', url: 's3://photos?endpoint=minio' },
])('an address $reason is a mistake in the configuration', async ({ url }) => {
  await expect(openStorage(url)).rejects.toThrow(/^Cannot start: STORAGE_URL must/);
});

test('half of the credentials is a mistake in the configuration', async () => {
  await expect(openStorage('s3://photos', { accessKeyId: 'id' })).rejects.toThrow(
    'AWS_SECRET_ACCESS_KEY is missing while the other half is set',
  );
});

test('a process with a local folder never loads the AWS SDK', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-storage-'));
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { openStorage } = await import('@shared/storage');
    const count = () => loaded.filter((url) => url.includes('@aws-sdk')).length;
    await openStorage('file:${folder}');
    const local = count();
    await openStorage('s3://bucket');
    console.log(JSON.stringify({ local, s3: count() > 0 }));`;

  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);

  expect(JSON.parse(stdout)).toEqual({ local: 0, s3: true });
  await rm(folder, { recursive: true });
});
