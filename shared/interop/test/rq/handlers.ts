import { setTimeout as sleep } from 'node:timers/promises';
import { definePythonTask } from '@shared/contracts';
import { PythonError, rq, rqRetry } from '@shared/interop';
import { py } from '@shared/interop/pickle';
import { type Handler, implement, type Implementation } from '@shared/queue';
import type { PythonCall } from '@shared/contracts';

const fulfil = (name: string, handler: Handler<PythonCall, unknown>): Implementation =>
  implement(definePythonTask(`suite_tasks.${name}`, { queue: 'suite' }), handler);

/** The functions of suite_tasks.py, in TypeScript; and a few that only handlers can. */
export const HANDLERS: readonly Implementation[] = [
  fulfil('add', ({ args: [a, b], kwargs }) => (a as number) + ((b ?? kwargs['b']) as number)),
  fulfil('echo', ({ args }) => args[0]),
  fulfil('nothing', () => undefined),
  fulfil('typed', () =>
    py.tuple([py.set([1, 2]), new Uint8Array([1, 255]), 2n ** 100n, py.float(1), 'é']),
  ),
  fulfil('unserializable', () => ({ call: () => undefined })),
  fulfil('fail', ({ args }) => {
    throw new PythonError('ValueError', args);
  }),
  fulfil('fail_own', () => {
    throw new PythonError('OwnError', [7, 'bad'], { module: 'proj.errors' });
  }),
  fulfil('flaky', ({ args: [failures] }, attempt) => {
    if (rq(attempt).try <= Number(failures)) throw new Error('not yet');
    return rq(attempt).try;
  }),
  fulfil('nap', async ({ args: [seconds] }) => {
    await sleep(Number(seconds) * 1_000);
    return 'woke';
  }),
  fulfil('note', async (_call, attempt) => {
    const run = rq(attempt);
    await run.saveMeta({ ...(await run.meta()), progress: 100 });
    return [run.try, run.timeoutSeconds];
  }),
  fulfil('again', ({ args: [max, seconds] }) =>
    rqRetry({ max: Number(max), intervalsMs: [Number(seconds ?? 0) * 1_000] }),
  ),
  fulfil('on_end_too_slow', () => sleep(30_000)),
  fulfil('on_success', async ({ args: [, , result] }, attempt) => {
    await rq(attempt).saveMeta({ result });
  }),
  fulfil('on_failure', async ({ args: [, , type, value] }, attempt) => {
    await rq(attempt).saveMeta({ type, value });
  }),
  fulfil('on_stopped', async ({ args: [job] }, attempt) => {
    await rq(attempt).saveMeta({ stopped: (job as { id: string }).id });
  }),
];
