import { setTimeout as sleep } from 'node:timers/promises';
import { definePythonTask } from '@shared/contracts';
import { type Attempt, implement, type Implementation } from '@shared/queue';

type Call = { args: unknown[]; kwargs: Record<string, unknown> };

/** A handler of `proj.<name>` on the queue `celery`. */
export const handle = (
  name: string,
  handler: (call: Call, attempt: Attempt) => unknown,
): Implementation => implement(definePythonTask(`proj.${name}`, { queue: 'celery' }), handler);

const numbers = ({ args }: Call) => args.map(Number);

/** What most tests ask for. */
export const HANDLERS: readonly Implementation[] = [
  handle('add', (call) => numbers(call).reduce((sum, number) => sum + number, 0)),
  handle('echo', ({ args, kwargs }) => ({ args, kwargs })),
  handle('total', ({ args: [list] }) => (list as number[]).reduce((sum, item) => sum + item, 0)),
  handle('fail', ({ args: [message = 'boom'] }) => {
    throw new RangeError(message as string);
  }),
  handle('sleep', async (call, { signal }) => {
    const [seconds = 0] = numbers(call);
    await sleep(seconds * 1_000, undefined, { signal });
    return seconds;
  }),
];
