import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defineTask } from '@shared/contracts';
import { ensurePythonPackages } from '@shared/embedded';
import { rqStubs } from '@shared/interop/rq';
import { implement } from '@shared/queue';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { rqRedisUrl, startRqWorker } from './start-rq-worker.ts';

const run = promisify(execFile);

const greet = defineTask({
  name: 'people.greet',
  queue: 'people',
  payload: z.strictObject({ userName: z.string(), isLoud: z.boolean().default(false) }),
  result: z.strictObject({ saidThat: z.string() }),
  python: { name: 'app.jobs.greet', args: ['userName'] },
});

test('a Python program calls tasks through the stubs, and is told of wrong calls', async (context) => {
  const found = await ensurePythonPackages('rq-3.0.0', ['rq==3.0.0', 'redis==6.4.0']);
  if ('missing' in found) return context.skip(found.missing);
  const redisUrl = rqRedisUrl(7);
  const folder = await mkdtemp(join(tmpdir(), 'rq-stubs-'));
  const handler = implement(greet, ({ userName, isLoud }) => ({
    saidThat: isLoud ? `HI ${userName}!` : `Hi ${userName}.`,
  }));
  await using _worker = await startRqWorker([handler], { queues: ['default'], redisUrl });
  await writeFile(join(folder, 'tasks.py'), rqStubs([greet]));
  await writeFile(
    join(folder, 'program.py'),
    `
from redis import Redis
from tasks import connect, greet
connect(Redis.from_url("${redisUrl}"))
job = greet.delay("Ada", is_loud=True)
print(job.latest_result(timeout=20).return_value)
try:
    greet.delay()
except TypeError as error:
    print(error)
`,
  );

  const env = { PATH: process.env['PATH'] ?? '', PYTHONPATH: found.env.PYTHONPATH };
  const { stdout } = await run(found.python, ['program.py'], { cwd: folder, env });
  await rm(folder, { recursive: true });

  expect(stdout.split('\n').slice(0, 2)).toEqual([
    "{'said_that': 'HI Ada!'}",
    "missing a required argument: 'user_name'",
  ]);
});
