import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  createOutcomeStore,
  planFailure,
  planSuccess,
  readEnvelope,
  readTask,
  type OutcomeContext,
  type OutcomeStoreOptions,
  type TaskMessage,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';

/** What the tasks of these tests do. */
const TASKS: Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue>> = {
  'lab.add': ([a, b]) => Number(a) + Number(b),
  'lab.tsum': ([list]) => (list as number[]).reduce((sum, part) => sum + part, 0),
  'lab.identity': ([value = null]) => value,
};

export const context = (): OutcomeContext => ({
  nowMs: Date.now(),
  origin: 'gen1@host',
  replyTo: randomUUID(),
  nodename: 'w1@host',
});

/** Takes and finishes messages, as a worker would; every outcome as often as `times` says. */
export const createTestWorker = (
  redis: Redis,
  options: OutcomeStoreOptions,
  queue: string,
  times: number,
) => {
  const ran: string[] = [];
  const take = async (): Promise<TaskMessage | undefined> => {
    const text = await redis.rpop(queue);
    return text === null ? undefined : readTask(readEnvelope(text));
  };
  const finish = async (message: TaskMessage) => {
    ran.push(message.id);
    const run = TASKS[message.task];
    const plan =
      run === undefined
        ? planFailure(
            message,
            { exception: { type: 'ValueError', module: 'builtins', args: ['boom'] } },
            context(),
          )
        : planSuccess(message, run(message.args), context());
    // Another process each time, as after a crash.
    for (let time = 0; time < times; time += 1)
      await createOutcomeStore(options).execute(plan, message, context());
  };
  return {
    ran,
    drain: async () => {
      for (let message = await take(); message !== undefined; message = await take())
        await finish(message);
    },
  };
};
