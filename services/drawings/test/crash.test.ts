import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { generateDrawing } from '@shared/contracts';
import { drawings, findDrawing } from '@shared/database';
import { createProducer } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { openWorkshop } from './workshop.ts';

const WORKER = fileURLToPath(new URL('crash-worker.ts', import.meta.url));

const startWorker = async (prefix: string, env: Record<string, string>) => {
  const child = spawn(process.execPath, [WORKER, testRedisUrl(), prefix], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return { kill, [Symbol.asyncDispose]: kill };
};

test('a worker that is killed between file and record leaves one drawing, made by the next', async () => {
  const prefix = uniquePrefix();
  await using workshop = await openWorkshop();
  const { database, env } = workshop;
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  // Holds every attempt up where the file is stored and its record is about to be.
  await database.execute(`
    create function wait_for_test() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return new; end $$;
    create trigger wait_for_test before insert on drawings
      for each row execute function wait_for_test();`);
  const holder = await database.$client.connect();
  await holder.query('select pg_advisory_lock(4711)');

  await using first = await startWorker(prefix, env);
  const job = await producer.enqueue(generateDrawing, { width: 60, height: 60 });
  await eventually(async () => {
    const { rows } = await database.$client.query(
      "select 1 from pg_locks where locktype = 'advisory' and not granted",
    );
    expect(rows).toHaveLength(1);
  });
  await first.kill();
  await holder.query('select pg_advisory_unlock(4711)');
  holder.release();
  await using _second = await startWorker(prefix, env);
  const { key, previewKey } = await job.result({ timeoutMs: 45_000 });

  expect(await database.$count(drawings)).toBe(1);
  expect(await findDrawing(database, job.id)).toMatchObject({ storageKey: key, previewKey });
  expect((await workshop.keys()).toSorted()).toEqual([key, previewKey].toSorted());
});
