import { bind } from '@shared/interop';
import { handle, suiteError } from './handle.ts';

let tries = 0;

/** Tasks that ask about their own run, or have it done again. */
export const requests = [
  handle('ids', (call, { request }) => [request.rootId, request.parentId, bind(call, 'i')['i']]),
  handle('collect_ids', (call, { request }) => {
    const { res, i } = bind(call, 'res', 'i');
    return [res, [request.rootId, request.parentId, i]];
  }),
  handle('return_priority', (_call, { request }) => `Priority: ${request.deliveryInfo.priority}`),
  handle('return_request_eta', (_call, { request }) => request.eta?.toISOString() ?? null),
  ...['return_request_time_limits', 'task_with_declared_time_limits'].map((name) =>
    handle(name, (_call, { request }) => ({
      time_limit: request.timeLimit.hard,
      soft_time_limit: request.timeLimit.soft,
    })),
  ),
  ...['retry_once_ignore_result', 'retry_once_with_result'].map((name) =>
    handle(
      name,
      (_call, task) => {
        if (task.request.retries === 0) throw task.retry({ countdown: 0, maxRetries: 1 });
        return task.request.retries;
      },
      { ignoreResult: name === 'retry_once_ignore_result' },
    ),
  ),
  handle('retry_with_args_after_kwargs', (call, task) => {
    const { foo, bar, label } = bind<{ foo: number; bar: number; label?: string }>(
      call,
      'foo',
      'bar',
      'label?',
    );
    const { retries } = task.request;
    if (retries > 0) return { foo, bar, label: label ?? null, retries, is_eager: false };
    throw task.retry({ args: [foo + 1, bar + 1], kwargs: { label }, countdown: 0, maxRetries: 1 });
  }),
  handle('retry_with_kwargs_after_args', (call, task) => {
    const { foo, bar } = bind<{ foo: number; bar: number }>(call, 'foo', 'bar');
    const { retries } = task.request;
    if (retries > 0) return { foo, bar, retries, is_eager: false };
    throw task.retry({ args: [], kwargs: { foo: foo + 1, bar }, countdown: 0, maxRetries: 1 });
  }),
  handle('return_properties', (_call, { request }) => request.properties),
  handle('retry', (call, task) => {
    const { return_value: value } = bind(call, 'return_value?');
    if (value !== undefined && value !== null) {
      if (tries >= 3) {
        tries = 0;
        return value;
      }
      tries += 1;
    }
    throw task.retry({ countdown: 5, cause: suiteError('ExpectedException') });
  }),
  handle('retry_unpickleable', (call, task) => {
    const { foo, retry_kwargs: asked } = bind<{
      foo: string;
      bar: string;
      retry_kwargs: { countdown?: number; max_retries?: number };
    }>(call, 'foo', 'bar', 'retry_kwargs');
    const { countdown = 1, max_retries: maxRetries = 3 } = asked;
    throw task.retry({ countdown, maxRetries, cause: suiteError('UnpickleableException', foo) });
  }),
  ...(['retry_once', 'retry_once_priority', 'retry_once_headers'] as const).map((name) =>
    handle(name, (call, task) => {
      const { request } = task;
      const {
        countdown = 0.1,
        expires,
        max_retries: maxRetries = 1,
      } = bind<{
        args: unknown[];
        countdown?: number | null;
        expires?: number | null;
        max_retries?: number;
      }>(call, '*args', 'expires?', 'max_retries?', 'countdown?');
      if (request.retries > 0) {
        return {
          retry_once: request.retries,
          retry_once_priority: request.deliveryInfo.priority,
          retry_once_headers: request.headers,
        }[name];
      }
      throw task.retry({
        maxRetries,
        // None is for the default of all tasks.
        ...(countdown === null ? {} : { countdown }),
        ...(typeof expires === 'number' ? { expires } : {}),
      });
    }),
  ),
  handle(
    'store_success_then_reject',
    async (_call, task) => {
      if (task.request.deliveryInfo.redelivered) return 'dedup-pass';
      await task.updateState('SUCCESS', 'first-pass');
      throw task.reject({ requeue: true });
    },
    { acksLate: true },
  ),
  handle('reject_without_requeue', (_call, task) => {
    throw task.reject({ reason: 'rejected' });
  }),
  handle(
    'reject_then_succeed',
    (_call, task) => {
      if (!task.request.deliveryInfo.redelivered) throw task.reject({ requeue: true });
      return 'second-pass';
    },
    { acksLate: true },
  ),
  handle('soft_time_limit_must_exceed_time_limit', () => null),
];
