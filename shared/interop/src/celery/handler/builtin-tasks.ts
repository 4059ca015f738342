import { definePythonTask, parsePayload } from '@shared/contracts';
import { type Attempt, implement, type Implementation } from '@shared/queue';
import { payloadOfCall } from '../../tasks/payload-of-call.ts';
import { PythonError } from '../../tasks/python-error.ts';
import { plainValue, pythonValue } from '../../tasks/python-value.ts';
import { resultForPython } from '../../tasks/result-for-python.ts';
import { makeChunks } from '../canvas/chunks.ts';
import {
  makeChord,
  makeGroup,
  mergeSignature,
  readSignature,
  taskOf,
} from '../canvas/signature.ts';
import { celeryException } from '../results/exception.ts';
import { celery } from './celery-run.ts';

type Call = { args: unknown[]; kwargs: Record<string, unknown> };

type Body = (call: Call, attempt: Attempt) => unknown;

/**
 * The tasks that every Celery worker has beside its own: `celery.map` and `celery.starmap` call handlers of
 * this process one after another, the rest send or pass on. They may be called through any queue.
 */
export const builtinTasks = (
  handlers: readonly Implementation[],
  queue: string,
): Implementation[] => {
  const callEach =
    (spread: boolean): Body =>
    async (call, attempt) => {
      const [task, items] = [argument(call, 0, 'task'), listOf(argument(call, 1, 'it'))];
      const results: unknown[] = [];
      for (const item of items) {
        const args = spread ? listOf(item) : [item];
        results.push(await callInline(handlers, { task, args }, attempt));
      }
      return results;
    };
  const bodies: Readonly<Record<string, Body>> = {
    'celery.map': callEach(false),
    'celery.starmap': callEach(true),
    'celery.accumulate': ({ args, kwargs: { index = null } }) =>
      index === null ? args : args.at(Number(index)),
    'celery.backend_cleanup': () => null,
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
  return Object.entries(bodies).map(([name, body]) =>
    implement(definePythonTask(name, { queue }), body),
  );
};

const argument = ({ args, kwargs }: Call, index: number, name: string): unknown =>
  index < args.length ? args[index] : kwargs[name];

const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  throw new PythonError('TypeError', ["'it' is no list"]);
};

const signatureOf = (value: unknown) => readSignature(pythonValue(value));

/** As `signature(*args)` in Python: the task itself, here and now. */
const callInline = async (
  handlers: readonly Implementation[],
  { task, args }: { task: unknown; args: readonly unknown[] },
  attempt: Attempt,
): Promise<unknown> => {
  const signature = signatureOf(task);
  const name = taskOf(signature);
  const found = handlers.find(({ task }) => task.name === name || task.python?.name === name);
  if (found === undefined || !('handler' in found)) throw notHere(name);
  const merged = mergeSignature(signature, { args: args.map(pythonValue) });
  const call = {
    args: merged.args.map(plainValue),
    kwargs: plainValue(merged.kwargs) as Record<string, unknown>, // A Map becomes an object.
  };
  const payload = parsePayload(found.task, payloadOfCall(found.task, call));
  return resultForPython(found.task, await found.handler(payload, attempt));
};

/** One that nobody here has, or that runs apart from its worker. */
const notHere = (name: string) => {
  const { type, module, args } = celeryException.notRegistered(name);
  return new PythonError(type, args, module === null ? {} : { module });
};
