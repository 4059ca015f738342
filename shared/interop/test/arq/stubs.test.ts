import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTask } from '@shared/contracts';
import { arqStubs } from '@shared/interop/arq';
import { implement } from '@shared/queue';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openArqPython } from './arq-python.ts';
import { arqRedisUrl, startArqWorker, uniqueQueue } from './start-arq-worker.ts';

const greet = defineTask({
  name: 'greetings.greet',
  queue: 'greetings',
  payload: z.strictObject({ firstName: z.string(), times: z.int().default(1) }),
  result: z.strictObject({ fullText: z.string() }),
  python: { name: 'greet', args: ['firstName'] },
});

test('the stubs are imported by ARQ programs, enqueue to us, and refuse wrong calls', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  const handler = implement(greet, ({ firstName, times }) => ({
    fullText: `Hello ${firstName} `.repeat(times).trim(),
  }));
  await using _worker = await startArqWorker([handler], { queue });
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-stubs-'));
  await writeFile(join(folder, 'tasks.py'), arqStubs([greet]));

  const shown = await python.run(`
    import sys
    sys.path.insert(0, ${JSON.stringify(folder)})
    from tasks import greet
    show(await outcome(await greet.enqueue(pool, "Ada", times=2)))
    show(await outcome(await greet.enqueue_with(pool, ["Grace"], _job_id=queue + "-grace")))
    try:
        await greet.enqueue(pool, first="Ada")
    except TypeError as error:
        show(str(error))
  `);
  await rm(folder, { recursive: true });

  expect(shown).toEqual([
    { full_text: 'Hello Ada Hello Ada' },
    { full_text: 'Hello Grace' },
    expect.stringContaining("missing a required argument: 'first_name'"),
  ]);
});
