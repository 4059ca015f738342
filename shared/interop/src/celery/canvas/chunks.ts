import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull, optionalNumber } from '../message/fields.ts';
import { kwargsOf, makeGroup, makeSignature, optionsOf, type Signature } from './signature.ts';

/** A list of arguments cut into starmaps, which together are a group. */
export const isChunks = (signature: Signature): boolean =>
  signature.get('subtask_type') === 'chunks';

/** `celery.map` and `celery.starmap`, which are given their task and arguments whole. */
export const isMap = (signature: Signature): boolean => {
  const type = signature.get('subtask_type');
  return type === 'xmap' || type === 'xstarmap';
};

/** The starmaps of a signature of chunks. */
export const chunkGroup = (chunks: Signature): Signature => {
  const kwargs = kwargsOf(chunks);
  const task = kwargs.get('task') ?? null;
  const items = listOrNull(kwargs.get('it')) ?? [];
  const size = Math.max(1, Math.trunc(optionalNumber(kwargs.get('n')) ?? 1));
  const count = Math.ceil(items.length / size);
  const group = makeGroup(
    Array.from({ length: count }, (_, index) =>
      makeStarmap(task, items.slice(index * size, (index + 1) * size)),
    ),
  );
  for (const [key, value] of optionsOf(chunks)) optionsOf(group).set(key, value);
  return group;
};

const makeMapping = (
  name: string,
  type: string,
  task: PickleValue,
  items: readonly PickleValue[],
) => {
  const signature = makeSignature(
    name,
    [],
    new Map([
      ['task', task],
      ['it', [...items]],
    ]),
    {
      immutable: true,
    },
  );
  return signature.set('subtask_type', type);
};

/** One job that calls a task with each list of arguments in turn. */
export const makeStarmap = (task: PickleValue, items: readonly PickleValue[]): Signature =>
  makeMapping('celery.starmap', 'xstarmap', task, items);

/** One job that calls a task with each argument in turn. */
export const makeMap = (task: PickleValue, items: readonly PickleValue[]): Signature =>
  makeMapping('celery.map', 'xmap', task, items);

/** A group of starmaps of `size` lists of arguments each. */
export const makeChunks = (
  task: PickleValue,
  items: readonly PickleValue[],
  size: number,
): Signature =>
  makeSignature(
    'celery.chunks',
    [],
    new Map<string, PickleValue>([
      ['task', task],
      ['it', [...items]],
      ['n', size],
    ]),
    { immutable: true },
  ).set('subtask_type', 'chunks');
