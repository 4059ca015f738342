import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { currentCelery, eventually } from '@shared/testing';
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

const startFlower = async (brokerUrl: string) => {
  if ('missing' in found) throw new Error(found.missing);
  const port = await freePort();
  const args = ['-m', 'celery', `--broker=${brokerUrl}`, 'flower', '--address=127.0.0.1'];
  const child = spawn(found.python, [...args, `--port=${port}`], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...found.env,
      FLOWER_UNAUTHENTICATED_API: 'true',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  const at = `http://127.0.0.1:${port}`;
  return {
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
  },
  150_000,
);
