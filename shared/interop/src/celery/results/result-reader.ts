import { ResultTimeoutError } from '@shared/errors';
import type { Redis } from 'ioredis';
import type { PickleValue } from '../../pickle/index.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import { CeleryTaskFailedError } from '../errors/celery-task-failed-error.ts';
import type { ResultNames } from '../names/result-names.ts';
import { readIn } from '../outcome/script.ts';
import {
  isExceptional,
  isReady,
  readGroupMeta,
  readMeta,
  writeGroupMeta,
  type TaskMeta,
} from './meta.ts';
import { createSubscriptions, type Listener } from './subscriptions.ts';

export type WaitOptions = {
  /** For ever unless told. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** The result of one task, as Celery's `AsyncResult`. */
export type AsyncResult = {
  readonly id: string;
  /** What was sent before it, in a chain or chord; known to its sender only. */
  readonly parent: Result | null;
  /** What is stored now; null for PENDING. */
  meta(): Promise<TaskMeta | null>;
  state(): Promise<string>;
  /**
   * Waits for the value, over publish and subscribe. Python's values stay as they are; `toJs` of the
   * pickle module makes plain ones.
   *
   * @throws {CeleryTaskFailedError} when it raised or was revoked.
   * @throws {ResultTimeoutError}
   */
  get(options?: WaitOptions): Promise<PickleValue>;
  /** Waits for the end, whatever it is. */
  ended(options?: WaitOptions): Promise<TaskMeta>;
  forget(): Promise<void>;
  /** What the task itself sent. */
  children(): Promise<Result[]>;
  /** The results of the task and of all that it and its children sent, breadth first, once ended. */
  collect(options?: WaitOptions): AsyncGenerator<[AsyncResult | GroupResult, PickleValue]>;
};

/** The results of a group, as Celery's `GroupResult`. */
export type GroupResult = {
  readonly id: string;
  readonly parent: Result | null;
  readonly results: readonly Result[];
  /** The values in order, nested groups as lists. Throws what the first that failed throws. */
  get(options?: WaitOptions): Promise<PickleValue[]>;
  /** Keeps the ids of its members, to be restored elsewhere. */
  save(): Promise<void>;
  forget(): Promise<void>;
};

export type Result = AsyncResult | GroupResult;

export type ResultReader = AsyncDisposable & {
  result(id: string): AsyncResult;
  /** The results that applying a canvas gave. */
  resultOf(node: ResultNode): Result;
  /** A group that was saved; null when there is none. */
  restoreGroup(groupId: string): Promise<GroupResult | null>;
  deleteGroup(groupId: string): Promise<void>;
};

export const createResultReader = ({
  redis,
  names,
  db,
  expiresSeconds = 86_400,
}: {
  redis: Redis;
  names: ResultNames;
  db: number;
  /** For saved groups. */
  expiresSeconds?: number;
}): ResultReader => {
  const subscriptions = createSubscriptions(redis);

  const read = async (id: string): Promise<TaskMeta | null> => {
    const [text = null] = await readIn(redis, db, 'MGET', names.taskKey(id));
    return text === null ? null : readMeta(text);
  };

  const ended = async (id: string, { timeoutMs, signal }: WaitOptions = {}): Promise<TaskMeta> => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<TaskMeta>();
    const take = (meta: TaskMeta | null) => {
      if (meta !== null && isReady(meta.state)) resolve(meta);
    };
    const look = () => void read(id).then(take, reject);
    const listener: Listener = { hear: (text) => take(readOrNull(text)), missed: look };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => reject(new ResultTimeoutError(id, timeoutMs)), timeoutMs);
    const abort = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    const channel = names.taskKey(id);
    try {
      // First listened, then looked: what is stored in between is heard or seen.
      void subscriptions.listen(channel, listener).then(look, reject);
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      void subscriptions.leave(channel, listener);
    }
  };

  const makeTask = (id: string, parent: Result | null): AsyncResult => ({
    id,
    parent,
    meta: () => read(id),
    state: async () => (await read(id))?.state ?? 'PENDING',
    get: async (options) => valueOf(await ended(id, options)),
    ended: (options) => ended(id, options),
    forget: async () => {
      await readIn(redis, db, 'UNLINK', names.taskKey(id));
    },
    children: async () => ((await read(id))?.children ?? []).map(make),
    collect: (options) => collect(makeTask(id, parent), options),
  });

  const makeGroup = (node: ResultNode, results: Result[], parent: Result | null): GroupResult => ({
    id: node.id,
    parent,
    results,
    get: (options) => Promise.all(results.map((result) => result.get(options))),
    save: async () => {
      const args = expiresSeconds > 0 ? ['EX', String(expiresSeconds)] : [];
      await readIn(redis, db, 'SET', names.groupKey(node.id), writeGroupMeta(node), ...args);
    },
    forget: async () => {
      for (const result of results) await result.forget();
    },
  });

  const make = (node: ResultNode): Result => {
    const parent = node.parent === null ? null : make(node.parent);
    return node.results === null
      ? makeTask(node.id, parent)
      : makeGroup(node, node.results.map(make), parent);
  };

  return {
    result: (id) => makeTask(id, null),
    resultOf: make,
    restoreGroup: async (groupId) => {
      const [text = null] = await readIn(redis, db, 'MGET', names.groupKey(groupId));
      const node = text === null ? null : readGroupMeta(text);
      if (node === null) return null;
      return makeGroup(node, (node.results ?? []).map(make), null);
    },
    deleteGroup: async (groupId) => {
      await readIn(redis, db, 'UNLINK', names.groupKey(groupId));
    },
    [Symbol.asyncDispose]: () => subscriptions[Symbol.asyncDispose](),
  };
};

async function* collect(
  root: AsyncResult,
  options?: WaitOptions,
): AsyncGenerator<[Result, PickleValue]> {
  const open: Result[] = [root];
  for (let result = open.shift(); result !== undefined; result = open.shift()) {
    yield [result, await result.get(options)];
    open.push(...('results' in result ? result.results : await result.children()));
  }
}

const readOrNull = (text: string): TaskMeta | null => {
  try {
    return readMeta(text);
  } catch {
    return null; // Somebody else's message; what is stored decides.
  }
};

const valueOf = ({ id, state, result, exception, traceback }: TaskMeta): PickleValue => {
  if (!isExceptional(state)) return result;
  const raised = exception ?? { type: 'Exception', module: 'builtins', args: [result] };
  throw new CeleryTaskFailedError(id, { state, exception: raised, traceback });
};
