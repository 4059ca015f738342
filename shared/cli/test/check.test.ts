import { connectRedis } from '@shared/queue';
import { eventually, testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell, WHOLE_CATALOGUE } from './taskyard.ts';

/** Sets one option of the run's Redis for as long as its scope lasts. */
const configured = async (option: string, value: string) => {
  const redis = connectRedis({ url: testRedisUrl() });
  const [, before = ''] = await redis.config('GET', option); // Name and value.
  await redis.config('SET', option, value);
  return {
    async [Symbol.asyncDispose]() {
      await redis.config('SET', option, before);
      redis.disconnect();
    },
  };
};

test('a Redis that keeps its jobs and a worker for every queue pass the check', async () => {
  await using shell = await openShell();
  await using _durable = await configured('appendonly', 'yes');
  const worker = shell.start(['worker', '--include', WHOLE_CATALOGUE]);
  await worker.line(/ serves /);

  const { code, out } = await eventually(async () => {
    const found = await shell.call(['check']);
    expect(found.code).toBe(0);
    return found;
  });

  expect(code).toBe(0);
  expect(out).toMatch(/^ok +Redis version /m);
  expect(out).toMatch(/^ok +Redis persistence +append-only file$/m);
  expect(out).toMatch(/^ok +Queue emails +1 worker$/m);
  expect(out).not.toContain('FAIL');
});

test('a Redis that forgets or evicts fails the check', async () => {
  await using shell = await openShell();
  await using _evicting = await configured('maxmemory-policy', 'allkeys-lru');

  const { code, out } = await shell.call(['check']);

  expect(code).toBe(1);
  expect(out).toMatch(/^FAIL +Redis eviction +allkeys-lru loses jobs/m);
  expect(out).toMatch(/^FAIL +Redis persistence +none/m);
});
