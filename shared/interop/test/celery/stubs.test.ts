import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue, definePythonTask, defineTask } from '@shared/contracts';
import { ensurePythonPackages } from '@shared/embedded';
import { testRedisUrl } from '@shared/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { celeryStubs, readEnvelope, readTask } from '../../src/celery/index.ts';
import { celeryPython } from './celery-python.ts';

const QUEUE = 'stubs-test';

/** Names and types that Python has its own mind about. */
const awkward = defineTask({
  name: 'stubs.class',
  queue: QUEUE,
  payload: z.strictObject({
    from: z.string().describe('Who says """so""" and \\ more'),
    'is-fine': z.boolean().optional(),
    nested: z.strictObject({
      userId: z.int(),
      'odd key': z.string().optional(),
      class: z.string(),
    }),
    list: z.array(z.union([z.int(), z.null()])).default([]),
    mode: z.enum(["it's", 'b"c']).default("it's"),
    table: z.record(z.string(), z.number()).optional(),
    anything: z.unknown(),
    required: z.string(),
  }),
  result: z.strictObject({ itemCount: z.int(), at: z.iso.datetime().nullable() }),
  attempts: 1,
  python: { name: 'proj.stubs.class', args: ['from', 'list', 'required'] },
});

const plain = defineTask({
  name: 'stubs.greet',
  queue: QUEUE,
  payload: z.strictObject({ userName: z.string(), loud: z.boolean().default(false) }),
  result: z.string(),
  attempts: 1,
  python: { name: 'proj.stubs.greet', args: ['userName'] },
});

const anyCall = definePythonTask('proj.stubs.any_call', { queue: QUEUE });

const python = await celeryPython();
const mypy = await ensurePythonPackages('mypy', ['mypy==1.18.2']);

describe(
  'missing' in python ? `NOT CHECKED with Celery: ${python.missing}` : 'a module of stubs',
  { skip: 'missing' in python },
  () => {
    let folder: string;
    let redis: Redis;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'taskyard-stubs-'));
      await writeFile(
        join(folder, 'tasks.py'),
        celeryStubs([...catalogue, awkward, plain, anyCall]),
      );
      const url = new URL(testRedisUrl());
      url.pathname = '/13';
      redis = new Redis(url.href);
    });
    afterAll(async () => {
      redis.disconnect();
      await rm(folder, { recursive: true, force: true });
    });

    const run = (args: readonly string[], more: Record<string, string> = {}) => {
      if ('missing' in python) throw new Error(python.missing);
      const env = { ...process.env, ...python.env, ...more };
      return spawnSync(python.python, args, { cwd: folder, env, encoding: 'utf8' });
    };
    const celery = (code: string) => {
      const url = new URL(testRedisUrl());
      url.pathname = '/13';
      return run([
        '-c',
        `import celery; app = celery.Celery(broker=${JSON.stringify(url.href)}); app.set_default()\nimport tasks\n${code}`,
      ]);
    };
    const sent = async () => readTask(readEnvelope((await redis.rpop(QUEUE)) ?? ''));

    test('sends what a Celery task of that name would send', async () => {
      const { status, stderr } = celery(
        'tasks.greet.delay("Ada", loud=True)\n' +
          'tasks.any_call.apply_async((1,), {"b": 2}, countdown=60)\n' +
          'tasks.class_.delay("a", required="r", nested={"user_id": 1, "class": "c"}, anything=None)\n' +
          '(tasks.greet.s("Bob") | tasks.any_call.si(7)).apply_async()',
      );

      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(await sent()).toMatchObject({
        task: 'proj.stubs.greet',
        args: ['Ada'],
        kwargs: new Map([['loud', true]]),
      });
      expect(await sent()).toMatchObject({
        task: 'proj.stubs.any_call',
        args: [1],
        eta: { text: expect.any(String) },
      });
      expect(await sent()).toMatchObject({ task: 'proj.stubs.class', args: ['a'] });
      expect(await sent()).toMatchObject({ args: ['Bob'], chain: [expect.any(Map)] });
    });

    test.for([
      { call: 'tasks.greet.delay()', says: "missing a required argument: 'user_name'" },
      { call: 'tasks.greet.delay("a", "b")', says: 'too many positional arguments' },
      {
        call: 'tasks.greet.apply_async(kwargs={"userName": 1})',
        says: "missing a required argument: 'user_name'",
      },
      { call: 'tasks.greet.s(name="x")', says: "got an unexpected keyword argument 'name'" },
    ])('$call is a TypeError, and nothing is sent', async ({ call, says }) => {
      const { stderr } = celery(call);

      expect(stderr).toContain(`TypeError: ${says}`);
      expect(await redis.llen(QUEUE)).toBe(0);
    });

    test('is what mypy takes with --strict, and shows wrong calls', async ({ skip }) => {
      if ('missing' in mypy) return skip(mypy.missing);
      await writeFile(
        join(folder, 'caller.py'),
        'import tasks\n\n' +
          'good: str = tasks.greet.delay("Ada").get()\n' +
          'count: int = tasks.class_.delay("a", required="r", nested={"user_id": 1, "class": "c"}, anything=0).get()["item_count"]\n' +
          'tasks.greet.delay(1)\n' +
          'tasks.greet.delay("Ada").get().missing\n',
      );

      const flags = ['-m', 'mypy', '--strict', '--ignore-missing-imports', '--no-error-summary'];
      const path = mypy.env.PYTHONPATH;
      const own = run([...flags, 'tasks.py'], { PYTHONPATH: path });
      const caller = run([...flags, 'caller.py'], { PYTHONPATH: path });

      expect(own.stdout).toBe('');
      expect(own.status).toBe(0);
      const complaints = caller.stdout.split('\n').filter((line) => line.includes('error:'));
      expect(complaints.map((line) => line.split(':')[1])).toEqual(['4', '5', '6']);
    });
  },
);
