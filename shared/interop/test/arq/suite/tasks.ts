// The functions that ARQ's own test suite enqueues, in TypeScript. They stand in its tests, several under one name.
import { definePythonTask, type PythonCall } from '@shared/contracts';
import { arq, createArqClient, PythonError } from '@shared/interop';
import type { ArqSerializerName } from '@shared/interop/arq';
import { py } from '@shared/interop/pickle';
import { type Handler, implement } from '@shared/queue';

const fulfil = (name: string, handler: Handler<PythonCall, unknown>) =>
  implement(definePythonTask(name, { queue: 'arq' }), handler);

const FOOBARS: Readonly<Record<string, Handler<PythonCall, unknown>>> = {
  test_job_error: () => {
    throw new PythonError('RuntimeError', ['foobar error']);
  },
  test_custom_try: (_call, attempt) => arq(attempt).jobTry,
  test_custom_try2: (_call, attempt) => {
    if (arq(attempt).jobTry === 3) throw attempt.retryIn(0);
    return arq(attempt).jobTry;
  },
  test_cant_pickle_result: () => () => undefined,
  test_deserialize_result: ({ args: [a, b] }) => Number(a) + Number(b),
};

let calls = 0;

export default [
  fulfil('foobar', (call, attempt) => {
    const own = FOOBARS[process.env['SUITE_TEST'] ?? ''];
    return own === undefined ? 42 : own(call, attempt);
  }),
  fulfil('fails', () => {
    throw new PythonError('TypeError', ['my type error']);
  }),
  fulfil('retry', (_call, attempt) => {
    throw attempt.retryIn(0);
  }),
  fulfil('return_error', () => py.exception('TypeError', ['xxx'])),
  fulfil('raise_second_time', () => {
    calls += 1;
    if (calls > 1) throw new PythonError('ValueError', ['xxx']);
  }),
  fulfil('count', () => undefined),
  fulfil('parent_job', async () => {
    await using client = createArqClient({
      redisUrl: process.env['ARQ_REDIS_URL'] ?? '',
      serializer: (process.env['ARQ_SERIALIZER'] ?? 'pickle') as ArqSerializerName,
    });
    const inner = await client.enqueue('foobar', [], { queue: process.env['ARQ_QUEUE'] ?? '' });
    return inner?.id;
  }),
];
