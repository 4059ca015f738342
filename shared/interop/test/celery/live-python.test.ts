import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensurePythonPackages, type PythonEnvironment } from '@shared/embedded';
import { testRedisUrl } from '@shared/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chain,
  chord,
  createBrokerNames,
  createResultNames,
  group,
  openCelery,
  signature,
  type Celery,
  type OutcomeStoreOptions,
  type Signature,
} from '../../src/celery/index.ts';
import { py } from '../../src/pickle/index.ts';
import { CELERY_RELEASES } from './celery-python.ts';
import { createTestWorker } from './test-worker.ts';

const RELEASES = {
  '5.7': ['celery[redis]==5.7.0', 'hiredis==3.5.0'],
  ...CELERY_RELEASES,
} as const;

const HERE = fileURLToPath(new URL('.', import.meta.url));

const address = (db: number) => new URL(`/${db}`, testRedisUrl()).href;

const found = await Promise.all(
  Object.entries(RELEASES).map(async ([release, packages]) => ({
    release,
    python: await ensurePythonPackages(
      release === '5.7' ? 'celery-current' : `celery-${release}`,
      packages,
    ),
  })),
);

/** A Python worker of queue `celery`, ready to take. */
const startPython = async ({ python, env }: PythonEnvironment, more: Record<string, string>) => {
  const args = [
    '-m',
    'celery',
    '-A',
    'lab',
    'worker',
    '-P',
    'solo',
    '-l',
    'info',
    '--without-gossip',
  ];
  const child = spawn(python, args, {
    cwd: HERE,
    env: {
      ...process.env,
      ...env,
      LAB_BROKER: address(14),
      LAB_RESULTS: address(15),
      PYTHONDONTWRITEBYTECODE: '1',
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer) => {
      said += text.toString();
      if (said.includes(' ready.')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) =>
      reject(new Error(`the worker ended with ${code}: ${said.slice(-2_000)}`)),
    );
  });
  await ready;
  return child;
};

const stop = async (child: ChildProcess | undefined) => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

const add = (...args: unknown[]): Signature => signature('lab.add', args);
const tsum = () => signature('lab.tsum');
const ours = (...args: unknown[]) => signature('lab.add', args, { queue: 'ours' });
const WAIT = { timeoutMs: 60_000 };

describe.for(found)(
  'a Python worker of Celery $release',
  { timeout: 180_000 },
  ({ release, python }) => {
    if ('missing' in python) {
      test.skip(`NOT CHECKED: ${python.missing}`);
      return;
    }
    let worker: ChildProcess;
    let celery: Celery;
    let redis: Redis;
    const clear = async () => {
      redis = new Redis(address(14));
      await redis.flushdb();
      const results = new Redis(address(15));
      await results.flushdb();
      results.disconnect();
    };
    beforeAll(async () => {
      await clear();
      worker = await startPython(python, {});
      celery = openCelery({
        brokerUrl: address(14),
        resultUrl: address(15),
        dialect: release === '5.2' ? '5.2' : '5.6',
      });
    }, 120_000);
    afterAll(async () => {
      await celery?.[Symbol.asyncDispose]();
      await stop(worker);
      redis?.disconnect();
    }, 60_000);

    const result = async (canvas: Signature) => (await celery.apply(canvas)).get(WAIT);

    test('runs what we send, and we hear its result', async () => {
      const sent = await celery.enqueue('lab.add', [2, 3]);

      expect(await sent.get(WAIT)).toBe(5);
      expect(await sent.state()).toBe('SUCCESS');
    });

    test('is told priority, limits and headers', async () => {
      const sent = await celery.enqueue('lab.request', [], {
        priority: 5,
        timeLimit: 30,
        softTimeLimit: 20,
        headers: { tenant: 'a' },
        countdown: 0.2,
        expires: 60,
      });

      const request = await sent.get(WAIT);

      expect(Object.fromEntries(request as Map<string, unknown>)).toMatchObject({
        priority: 5,
        timelimit: [30, 20],
        retries: 0,
        root: true,
        ...(release === '5.2' ? {} : { headers: new Map([['tenant', 'a']]) }),
      });
    });

    test('gets our values as Python types', async () => {
      const sent = await celery.enqueue(
        'lab.kinds',
        [1, py.float(1), 2n ** 70n, 'é', null, [1], { a: 1 }],
        {
          kwargs:
            release === '5.2'
              ? {}
              : { at: new Date(), bytes: new Uint8Array([255]), dec: py.decimal('1.1') },
        },
      );

      expect(await sent.get(WAIT)).toEqual([
        ['int', 'float', 'int', 'str', 'NoneType', 'list', 'dict'],
        release === '5.2'
          ? new Map()
          : new Map([
              ['at', 'datetime'],
              ['bytes', 'bytes'],
              ['dec', 'Decimal'],
            ]),
      ]);
    });

    test('fails with an exception that we read', async () => {
      const sent = await celery.enqueue('lab.fail');

      await expect(sent.get(WAIT)).rejects.toMatchObject({
        code: 'celery_task_failed',
        exception: { type: 'ValueError', module: 'builtins', args: ['boom', 42] },
        traceback: expect.stringContaining('raise ValueError'),
      });
    });

    test('goes through our canvases as through its own', async () => {
      expect(await result(chain(add(1, 2), add(3), add(4)))).toBe(10);
      expect(await result(group(add(1, 1), add(2, 2)))).toEqual([2, 4]);
      expect(await result(chord([add(0, 0), add(1, 1), add(2, 2)], tsum()))).toBe(6);
      expect(await result(chain(group(add(1, 1), add(2, 2)), tsum(), add(10)))).toBe(16);
      expect(await result(chord([chain(add(1, 1), add(2)), add(3, 3)], tsum()))).toBe(10);
      expect(await result(chord([chord([add(1, 1), add(2, 2)], tsum()), add(3, 3)], tsum()))).toBe(
        12,
      );
      expect(await result(chain(add(1, 1), group(add(1), add(2))))).toEqual([3, 4]);
      expect(await result(chain(add(1, 1), chord([add(1), add(2)], tsum())))).toBe(7);
    });

    const options = (): OutcomeStoreOptions => ({
      broker: { redis, names: createBrokerNames({ db: 14 }), db: 14 },
      results: { redis: null, names: createResultNames(), db: 15 },
      prefix: 'test',
    });
    const waiting = async () => (await redis.llen('celery')) + (await redis.llen('ours'));

    test('shares chords with a worker of ours, whichever counts last', async () => {
      for (const header of [
        [add(1, 1), ours(2, 2), add(3, 3)],
        [ours(1, 1), add(2, 2), ours(3, 3)],
        [chain(add(1, 0), ours(1)), chain(ours(2, 0), add(2)), ours(3, 3)],
      ]) {
        const sent = await celery.apply(chord(header, tsum()));
        const value = sent.get(WAIT);
        const isOver = () => Promise.race([value.then(() => true), sleep(20, false)]);

        while (!(await isOver())) await createTestWorker(redis, options(), 'ours', 1).drain();

        expect(await value).toBe(12);
        expect(await waiting()).toBe(0);
      }
    });
  },
);
