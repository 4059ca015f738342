import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { analyticsEvents, connectDatabase, drawings, migrate } from '@shared/database';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

let env: Record<string, string>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-examples-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  env = {
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: uniquePrefix(),
    DATABASE_URL: await testDatabaseUrl(),
    STORAGE_URL: `file:${folder}`,
  };
  await migrate(env['DATABASE_URL']!);
  await Promise.all(['drawings', 'analytics'].map(startService));
});

/** A service as a process of its own, ready when this resolves. */
const startService = async (name: string) => {
  const main = join(ROOT, 'services', name, 'src/main.ts');
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  opened.defer(() => stop(child));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('worker ready')) break;
  }
  child.stdout.resume();
};

const stop = async (child: ChildProcess) => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

/** What an example prints, line by line; it has to end with 0. */
const run = async (name: string, change: Record<string, string> = {}): Promise<string[]> => {
  const program = join(ROOT, 'infra/examples/src', `${name}.ts`);
  const child = spawn(process.execPath, [program], {
    env: { ...env, ...change },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return output.trimEnd().split('\n');
};

test('a batch is enqueued in one go, and all of it is drawn', async () => {
  const lines = await run('batch');

  expect(lines).toEqual(['100 jobs are in the queue', '100 of 100 are drawn']);
  await using database = connectDatabase(env['DATABASE_URL']!);
  expect(await database.$count(drawings)).toBeGreaterThanOrEqual(100);
});

test('what the queue cannot take is done inline, and enqueued when it can', async () => {
  const [up = ''] = await run('inline-when-down');
  const [down = ''] = await run('inline-when-down', { REDIS_URL: 'redis://127.0.0.1:1' });

  expect(up).toMatch(/^enqueued as /);
  expect(down).toMatch(/^the queue is down; counted here: 6 words$/);
});

test('the most urgent are run first', async () => {
  expect(await run('priorities')).toEqual(['critical critical high high default default low low']);
});

test('a job is tracked to its end without its id', async () => {
  const lines = await run('track-unseen');

  expect(lines[0]).toBe('{"processing":true}');
  expect(lines.at(-2)).toMatch(/^{"status":"complete","progress":1,"bytes":\d+}$/);
  expect(lines.at(-1)).toBe('{"status":"unknown"}');
  expect(lines.join('\n')).not.toMatch(/drawings-|[0-9a-f]{8}-[0-9a-f]{4}/);
});

test('a chain hands the result of one service to the next', async () => {
  const lines = await run('chain-across-services');

  expect(lines[1]).toBe('the drawing is made, and the event written');
  await using database = connectDatabase(env['DATABASE_URL']!);
  const events = await database.select().from(analyticsEvents);
  expect(events).toMatchObject([
    {
      eventType: 'drawing_made',
      eventData: { filename: 'drawing.svg', paths: expect.any(Number) },
    },
  ]);
});
