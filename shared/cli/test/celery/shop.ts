import { setTimeout as sleep } from 'node:timers/promises';
import { definePythonTask } from '@shared/contracts';
import { celery, PythonError } from '@shared/interop';
import { type Attempt, implement } from '@shared/queue';

type Handler = (args: unknown[], attempt: Attempt) => unknown;

const task = (name: string, handler: Handler) =>
  implement(definePythonTask(`shop.${name}`, { queue: 'celery' }), ({ args }, attempt) =>
    handler(args, attempt),
  );

/** The tasks of shop.py as our worker has them. */
export default [
  task('add', (args) => args.reduce((sum: number, number) => sum + Number(number), 0)),
  task('fail', ([text]) => {
    throw new PythonError('ValueError', [text]);
  }),
  task('ignore', (_args, attempt) => {
    throw celery(attempt).ignore();
  }),
  task('requeue', (_args, attempt) => {
    const { request, reject } = celery(attempt);
    if (!request.deliveryInfo.redelivered) throw reject({ requeue: true });
    return 'taken again';
  }),
  task('retry', (_args, attempt) => {
    const { request, retry } = celery(attempt);
    if (request.retries === 0) throw retry({ countdown: 0.1 });
    return request.retries;
  }),
  task('sleep', async ([seconds], { signal }) => {
    await sleep(Number(seconds) * 1_000, undefined, { signal });
    return seconds;
  }),
];
