import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { environment, parseEnvironment, RUNTIME_FILE, withRuntimeDefaults } from '../src/index.ts';

const { PORT, QUEUE_PREFIX, DATABASE_URL, SHUTDOWN_GRACE_MS } = environment;

test('defaults apply to what is unset or empty', () => {
  const schema = z.object({ PORT, QUEUE_PREFIX, SHUTDOWN_GRACE_MS });

  expect(parseEnvironment(schema, { PORT: '', QUEUE_PREFIX: undefined })).toEqual({
    PORT: 3000,
    QUEUE_PREFIX: 'taskyard',
    SHUTDOWN_GRACE_MS: 25_000,
  });
});

test('all variables at fault are named in one error', () => {
  const schema = z.object({ PORT, QUEUE_PREFIX, DATABASE_URL });

  expect(() => parseEnvironment(schema, { PORT: 'http', QUEUE_PREFIX: 'no spaces' })).toThrow(
    expect.objectContaining({
      code: 'invalid_config',
      message: expect.stringMatching(/PORT.*QUEUE_PREFIX.*DATABASE_URL/s) as string,
    }),
  );
});

test('what a running platform announced stands in for what is not set', async () => {
  const root = await mkdtemp(join(tmpdir(), 'taskyard-config-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(root, { recursive: true }));
  const file = join(root, RUNTIME_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ pid: 1, env: { REDIS_URL: 'redis://own', PORT: '1' } }));

  const merged = withRuntimeDefaults({ PORT: '2', REDIS_URL: '' }, root);

  expect(merged).toMatchObject({ REDIS_URL: 'redis://own', PORT: '2' });
});

test('without a running platform the environment is taken as it is', () => {
  expect(withRuntimeDefaults({ PORT: '2' }, join(tmpdir(), 'nowhere'))).toEqual({ PORT: '2' });
});
