import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { expect, test } from 'vitest';
import { openCelery } from './start-celery.ts';

const burner = (isolate: 'thread' | 'process') =>
  implement(
    definePythonTask(`proj.burn_in_${isolate}`, { queue: 'celery', isolate }),
    new URL('./burn.ts', import.meta.url),
  );

const NODE = 'burning@test';

test('a node answers and obeys at once while isolated tasks burn all of their processors', async () => {
  await using celery = await openCelery({ db: 62, resultDb: 62 });
  const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);
  await celery.worker([burner('thread'), burner('process')], { nodename: NODE });
  const file = join(tmpdir(), `burnt-${randomBytes(6).toString('hex')}`);
  await using ended = new AsyncDisposableStack();
  ended.defer(() => rm(file, { force: true }));
  await run(`
burning = [app.send_task('proj.burn_in_' + kind, [${JSON.stringify(file)}]) for kind in ('thread', 'process')]
def active():
    return app.control.inspect(['${NODE}'], timeout=1).active()['${NODE}']`);
  await eventually(async () => expect(await run(`active()`)).toHaveLength(2));

  // A client waits for a second unless told otherwise.
  expect(
    await run(`[app.control.ping(destination=['${NODE}'], timeout=1) for i in range(20)]`),
  ).toEqual(Array.from({ length: 20 }, () => [{ [NODE]: { ok: 'pong' } }]));
  expect(
    await run(`app.control.revoke('nobody', reply=True, destination=['${NODE}'], timeout=1)`),
  ).toEqual([{ [NODE]: { ok: "tasks {'nobody'} flagged as revoked" } }]);
  expect(await run(`active()`)).toHaveLength(2);

  await writeFile(file, '');
  expect(await run(`[result.get(timeout=30) for result in burning]`)).toEqual(['burnt', 'burnt']);
});
