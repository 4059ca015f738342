import { definePythonTask } from '@shared/contracts';
import { bind, celery, PythonError } from '@shared/interop';
import { implement } from '@shared/queue';
import { handle, suiteError } from './handle.ts';
import { count, echo } from './echoes.ts';

/** Tried once more by the policy of the task, as `autoretry_for`. */
const autoRetry = definePythonTask('auto_retry_class_task', {
  queue: 'celery',
  attempts: 2,
  backoff: { type: 'exponential', delayMs: 1_000 },
});

/** Tasks that fail, and those that are called when others have. */
export const failures = [
  handle('raise_error', () => {
    throw new PythonError('ValueError', ['deliberate error']);
  }),
  handle('fail', ({ args }) => {
    throw suiteError('ExpectedException', 'Task expected to fail', ...args);
  }),
  handle('fail_unpickleable', (call) => {
    throw suiteError('UnpickleableException', bind(call, 'foo', 'bar')['foo']);
  }),
  implement(autoRetry, (_call, attempt) => {
    const { retries } = celery(attempt).request;
    if (retries === 0) throw new RangeError('not yet');
    return retries;
  }),
  handle('return_exception', (call) => [bind(call, 'e')['e'], true]),
  handle('errback_old_style', async (call, _task, attempt) => {
    const { request_id: id } = bind<{ request_id: string }>(call, 'request_id');
    await count(attempt, id);
    return id;
  }),
  handle('errback_new_style', async (call, task, attempt) => {
    const { id } = task.result(bind<{ id: string }>(call, 'id').id);
    await count(attempt, id);
    return id;
  }),
  ...['errback_old_style_with_args', 'errback_new_style_with_args'].map((name) =>
    handle(name, async (call, _task, attempt) => {
      const { id, label } = bind<{ id: string; label: string }>(call, 'id', 'label');
      await echo(attempt, label, id);
    }),
  ),
];
