import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { currentCelery, eventually, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openCelery } from './start-celery.ts';

const found = await currentCelery({ name: 'flower', requirements: ['flower==2.0.1'] });
if ('missing' in found)
  process.stderr.write(`Flower is not tried: ${found.missing}. ${found.fix}\n`);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
};

/** For the app of proj.py, whose tasks it sends. */
const startFlower = async (brokerUrl: string) => {
  if ('missing' in found) throw new Error(found.missing);
  const port = await freePort();
  const args = ['-m', 'celery', '-A', 'proj', 'flower', '--address=127.0.0.1'];
  const child = spawn(found.python, [...args, `--port=${port}`], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: {
      PATH: process.env['PATH'] ?? '',
      ...found.env,
      FLOWER_UNAUTHENTICATED_API: 'true',
      CONSOLE_CELERY: JSON.stringify({ broker_url: brokerUrl, result_backend: brokerUrl }),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  const at = `http://127.0.0.1:${port}`;
  return {
    /** What a click or a script of an operator does; resolves to what is said about it. */
    post: async (path: string, body: string | URLSearchParams = '') => {
      const response = await fetch(at + path, { method: 'POST', body });
      return `${response.status} ${await response.text()}`;
    },
    page: async (path: string) => {
      const response = await fetch(at + path);
      expect(response.status).toBe(200);
      return response.text();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
    },
  };
};

test.skipIf('missing' in found)(
  'Flower shows a worker of ours and what it ran',
  async () => {
    await using celery = await openCelery({ db: 9, resultDb: 9 });
    const { nodename } = await celery.worker(HANDLERS, { taskEvents: true });
    await using flower = await startFlower(celery.brokerUrl);
    const json = async <Value>(path: string) => JSON.parse(await flower.page(path)) as Value;
    const patiently = { timeoutMs: 45_000 };

    await eventually(async () => {
      const workers =
        await json<Record<string, { registered?: string[] }>>('/api/workers?refresh=1');
      expect(workers[nodename]?.registered).toContain('proj.add');
    }, patiently);
    const id = await celery.python.run<string>(
      `result = send('proj.add', 2, 3); result.get(timeout=30); result.id`,
    );

    await eventually(async () => {
      const tasks = await json<Record<string, unknown>>('/api/tasks');
      expect(tasks[id]).toMatchObject({ name: 'proj.add', state: 'SUCCESS', worker: nodename });
    }, patiently);
    expect(await flower.page('/workers')).toContain(nodename);
    expect(await flower.page(`/task/${id}`)).toContain('proj.add');
    expect(await flower.page(`/worker/${nodename}`)).toContain('WorkerPool');
    expect(await json('/api/queues/length')).toEqual({
      active_queues: [{ name: 'celery', messages: 0 }],
    });
  },
  150_000,
);

test.skipIf('missing' in found)(
  'a worker of ours is steered from Flower',
  async () => {
    await using celery = await openCelery({ db: 9, resultDb: 9 });
    const { nodename } = await celery.worker(
      HANDLERS,
      { taskEvents: true },
      { prefix: uniquePrefix(), concurrency: 2 },
    );
    await using flower = await startFlower(celery.brokerUrl);
    const json = async <Value>(path: string) => JSON.parse(await flower.page(path)) as Value;
    const limit = (kind: string, task: string, values: Record<string, string>) =>
      flower.post(
        `/api/task/${kind}/${task}`,
        new URLSearchParams({ workername: nodename, ...values }),
      );
    const patiently = { timeoutMs: 45_000 };
    type Workers = Record<
      string,
      { registered?: string[]; stats?: { pool: { processes: number[] } } }
    >;
    const workerThere = async () => {
      const workers = await json<Workers>(`/api/workers?refresh=1&workername=${nodename}`);
      expect(workers[nodename]?.registered).toBeDefined();
      return workers[nodename];
    };
    await eventually(workerThere, patiently);

    expect(await flower.post(`/api/worker/pool/grow/${nodename}?n=2`)).toMatch(/^200 /);
    expect((await eventually(workerThere))?.stats?.pool.processes).toHaveLength(4);
    expect(await flower.post(`/api/worker/pool/shrink/${nodename}?n=3`)).toMatch(/^200 /);
    expect((await eventually(workerThere))?.stats?.pool.processes).toHaveLength(1);
    expect(await flower.post(`/api/worker/pool/autoscale/${nodename}?min=1&max=3`)).toBe(
      `403 Failed to autoscale '${nodename}' worker: ValueError('Autoscale not enabled')`,
    );
    const queue = `${nodename}?queue=extra`;
    expect(await flower.post(`/api/worker/queue/add-consumer/${queue}`)).toBe(
      '200 {"message": "add consumer extra"}',
    );
    expect(await flower.post(`/api/worker/queue/cancel-consumer/${queue}`)).toBe(
      '200 {"message": "no longer consuming from extra"}',
    );
    expect(await limit('rate-limit', 'proj.add', { ratelimit: '100/s' })).toBe(
      '200 {"message": "new rate limit set successfully"}',
    );
    expect(await limit('rate-limit', 'proj.add', { ratelimit: 'soon' })).toMatch(/^403 /);
    expect(await limit('timeout', 'proj.add', { soft: '10', hard: '30' })).toBe(
      '200 {"message": "time limits set successfully"}',
    );
    expect((await eventually(workerThere))?.registered).toContain('proj.add [rate_limit=100/s]');

    expect(await flower.post('/api/task/apply/proj.add', '{"args": [1, 2]}')).toMatch(
      /^200 .*"result": 3, "state": "SUCCESS"/,
    );
    const sent = await flower.post('/api/task/async-apply/proj.sleep', '{"args": [600]}');
    const [, id = ''] = /"task-id": "([^"]+)"/.exec(sent) ?? [];
    await eventually(async () =>
      expect(await json(`/api/task/info/${id}`)).toMatchObject({ state: 'STARTED' }),
    );
    expect(await flower.post(`/api/task/revoke/${id}?terminate=true`)).toMatch(/^200 /);
    await eventually(async () => {
      expect(await json(`/api/task/result/${id}`)).toEqual({
        'task-id': id,
        state: 'REVOKED',
        result: "TaskRevokedError('terminated')",
      });
      expect(await json(`/api/task/info/${id}`)).toMatchObject({ state: 'REVOKED' });
    });
  },
  150_000,
);
