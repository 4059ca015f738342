import { definePythonTask, type PythonCall } from '@shared/contracts';
import { type Attempt, implement, type Implementation } from '@shared/queue';
import { PythonError } from '../../tasks/python-error.ts';
import { plainValue, pythonValue } from '../../tasks/python-value.ts';
import { makeChunks } from '../canvas/chunks.ts';
import { readResultTuple } from '../canvas/result-node.ts';
import { makeChord, makeGroup, mergeSignature, taskOf } from '../canvas/signature.ts';
import { signatureOf } from '../producer/call-options.ts';
import { celeryException } from '../results/exception.ts';
import type { BuiltinName } from './builtin-names.ts';
import { actionsOf, celery } from './celery-run.ts';

/** Where these tasks run that call no task, in a process that has no queue of that name in Celery. */
export const BUILTIN_QUEUE = 'celery';

type Body = (call: PythonCall, attempt: Attempt) => unknown;

/**
 * The tasks that every Celery worker has beside its own: `celery.map` and `celery.starmap` call handlers of
 * this worker one after another, the rest send or pass on. They may be called through any queue.
 */
export const builtinTasks = (queue: string): Implementation[] =>
  Object.entries(BODIES).map(([name, body]) =>
    implement(definePythonTask(name, { queue, timeoutMs: LONG_MS }), body),
  );

/** As long as all that they call may take; a message's own limits hold. */
const LONG_MS = 86_400_000;

const callEach =
  (spread: boolean): Body =>
  async (call, attempt) => {
    const [task, items] = [argument(call, 0, 'task'), listOf(argument(call, 1, 'it'))];
    const results: unknown[] = [];
    for (const item of items) {
      results.push(await callInline(task, spread ? listOf(item) : [item], attempt));
    }
    return results;
  };

/** Looks at the header of a chord until that has ended, as a task that tries again and again. */
const unlock: Body = async (call, attempt) => {
  const groupId = String(argument(call, 0, 'group_id'));
  const body = signatureOf(argument(call, 1, 'callback'));
  const countdown = Number(argument(call, 2, 'interval') ?? CHORD_INTERVAL_S);
  const maxRetries = argument(call, 3, 'max_retries') ?? null;
  const header = listOf(argument(call, 4, 'result')).flatMap(
    (tuple) => readResultTuple(pythonValue(tuple)) ?? [],
  );
  if (await actionsOf(attempt).unlockChord({ groupId, body }, header)) return null;
  throw celery(attempt).retry({
    countdown,
    maxRetries: maxRetries === null ? null : Number(maxRetries),
  });
};

/** Seconds between two looks, as `result_chord_retry_interval`. */
const CHORD_INTERVAL_S = 1;

const BODIES: Readonly<Record<BuiltinName, Body>> = {
  'celery.map': callEach(false),
  'celery.starmap': callEach(true),
  'celery.accumulate': ({ args, kwargs: { index = null } }) =>
    index === null ? args : args.at(Number(index)),
  'celery.backend_cleanup': () => null,
  'celery.chord_unlock': unlock,
  'celery.chunks': (call, attempt) => {
    const items = listOf(argument(call, 1, 'it')).map(pythonValue);
    const size = Number(argument(call, 2, 'n'));
    return celery(attempt).send(makeChunks(pythonValue(argument(call, 0, 'task')), items, size));
  },
  'celery.group': (call, attempt) =>
    celery(attempt).send(makeGroup(listOf(argument(call, 0, 'tasks')).map(signatureOf))),
  'celery.chord': (call, attempt) => {
    const header = listOf(argument(call, 0, 'header')).map(signatureOf);
    return celery(attempt).send(makeChord(header, signatureOf(argument(call, 1, 'body'))));
  },
  'celery.chain': () => {
    throw new PythonError('NotImplementedError', ['chain is not a real task']);
  },
};

const argument = ({ args, kwargs }: PythonCall, index: number, name: string): unknown =>
  index < args.length ? args[index] : kwargs[name];

const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  throw new PythonError('TypeError', ["'it' is no list"]);
};

/** As `signature(*args)` in Python: the task itself, here and now. */
const callInline = async (
  task: unknown,
  args: readonly unknown[],
  attempt: Attempt,
): Promise<unknown> => {
  const signature = signatureOf(task);
  const merged = mergeSignature(signature, { args: args.map(pythonValue) });
  const done = await actionsOf(attempt).perform(taskOf(signature), {
    args: merged.args.map(plainValue),
    kwargs: plainValue(merged.kwargs) as Record<string, unknown>, // A Map becomes an object.
  });
  if (done !== undefined) return done.result;
  const { type, module, args: said } = celeryException.notRegistered(taskOf(signature));
  throw new PythonError(type, said, module === null ? {} : { module });
};
