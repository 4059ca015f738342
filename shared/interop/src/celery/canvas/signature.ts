import { isDeepStrictEqual } from 'node:util';
import type { PickleValue } from '../../pickle/index.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { listOrNull } from '../message/fields.ts';

/**
 * A task to be sent, as Celery writes it into messages: a dict of `task`, `args`, `kwargs`, `options`,
 * `subtask_type` and `immutable`. Chains, groups and chords are signatures too, and hold others.
 */
export type Signature = Map<string, PickleValue>;

/** A dict of `apply_async` options under their Python names. */
export type Options = Map<string, PickleValue>;

export type SignatureKind = 'task' | 'chain' | 'group' | 'chord';

/** Signatures inside each other; deeper ones are refused. */
const MAX_DEPTH = 200;

/** Makes the signature of one task. */
export const makeSignature = (
  task: string,
  args: readonly PickleValue[] = [],
  kwargs: ReadonlyMap<string, PickleValue> = new Map(),
  { options = new Map(), immutable = false }: { options?: Options; immutable?: boolean } = {},
): Signature =>
  new Map<string, PickleValue>([
    ['task', task],
    ['args', [...args]],
    ['kwargs', new Map(kwargs)],
    ['options', new Map(options)],
    ['subtask_type', null],
    ['immutable', immutable],
  ]);

const makeCanvas = (task: string, type: string, kwargs: Map<string, PickleValue>): Signature => {
  const signature = makeSignature(task);
  signature.set('kwargs', kwargs);
  signature.set('subtask_type', type);
  return signature;
};

/** One task after another, each given the result of the one before. */
export const makeChain = (tasks: readonly Signature[]): Signature =>
  makeCanvas('celery.chain', 'chain', new Map([['tasks', [...tasks]]]));

/** Tasks side by side. */
export const makeGroup = (tasks: readonly Signature[]): Signature =>
  makeCanvas('celery.group', 'group', new Map([['tasks', [...tasks]]]));

/** Tasks side by side, and a body that is given the list of their results. */
export const makeChord = (
  header: readonly Signature[] | Signature,
  body: Signature | null,
): Signature =>
  makeCanvas(
    'celery.chord',
    'chord',
    new Map<string, PickleValue>([
      ['kwargs', new Map()],
      ['header', header instanceof Map ? header : [...header]],
      ['body', body],
    ]),
  );

/**
 * Checks that a value has the shape of a signature, and of everything that Celery would look into when it
 * is applied. The value itself is returned: it stays what it was, unknown parts included.
 *
 * @throws {InvalidMessageError} with fault `task`, naming the part.
 */
export const readSignature = (value: PickleValue, path = 'signature', depth = 0): Signature => {
  const fail = (why: string): never => {
    throw new InvalidMessageError('task', `${path} ${why}`, { path });
  };
  if (depth > MAX_DEPTH) return fail(`goes deeper than ${MAX_DEPTH}`);
  if (!(value instanceof Map)) return fail('is no signature');
  if (typeof value.get('task') !== 'string') fail('names no task');
  normalise(value, 'args', fail);
  normalise(value, 'kwargs', fail);
  normalise(value, 'options', fail);
  const inside = (part: PickleValue, step: string) =>
    readSignature(part, `${path}.${step}`, depth + 1);
  const kwargs = kwargsOf(value);
  const kind = kindOfSignature(value);
  if (kind === 'chain' || kind === 'group') {
    const tasks = listOrNull(kwargs.get('tasks')) ?? fail('has no tasks');
    kwargs.set(
      'tasks',
      tasks.map((task, index) => inside(task, `tasks[${index}]`)),
    );
  }
  if (kind === 'chord') {
    const header = kwargs.get('header') ?? [];
    const list = listOrNull(header);
    kwargs.set(
      'header',
      list === null
        ? inside(header, 'header')
        : list.map((task, at) => inside(task, `header[${at}]`)),
    );
    const body = kwargs.get('body') ?? null;
    if (body !== null) inside(body, 'body');
  }
  return value;
};

/** Tuples become lists, and what is left out becomes empty. */
const normalise = (
  signature: Signature,
  key: 'args' | 'kwargs' | 'options',
  fail: (why: string) => never,
) => {
  const value = signature.get(key) ?? null;
  if (key === 'args') {
    signature.set(
      key,
      value === null ? [] : (listOrNull(value) ?? fail('has args that are no list')),
    );
  } else if (value === null) signature.set(key, new Map());
  else if (!(value instanceof Map)) fail(`has ${key} that are no dict`);
};

/** What a list of callbacks, errbacks or steps holds: a single one counts as a list. */
export const readSignatures = (value: PickleValue | undefined, path: string): Signature[] => {
  if (value === null || value === undefined) return [];
  const items = listOrNull(value) ?? [value];
  return items.map((item, index) => readSignature(item, `${path}[${index}]`));
};

export const taskOf = (signature: Signature): string => signature.get('task') as string;

// `readSignature` and the makers give these parts these types.
export const argsOf = (signature: Signature): PickleValue[] =>
  signature.get('args') as PickleValue[];

export const kwargsOf = (signature: Signature): Map<string, PickleValue> =>
  signature.get('kwargs') as Map<string, PickleValue>;

export const optionsOf = (signature: Signature): Options => signature.get('options') as Options;

export const tasksOf = (signature: Signature): Signature[] =>
  (kwargsOf(signature).get('tasks') ?? []) as Signature[];

/** The header of a chord, whether it is kept as a list or as a group. */
export const headerOf = (chord: Signature): Signature[] => {
  const header = kwargsOf(chord).get('header') ?? [];
  if (!(header instanceof Map)) return header as Signature[];
  const kind = kindOfSignature(header);
  return kind === 'group' || kind === 'chain' ? tasksOf(header) : [header];
};

export const bodyOf = (chord: Signature): Signature | null =>
  (kwargsOf(chord).get('body') ?? null) as Signature | null;

export const isImmutable = (signature: Signature): boolean => signature.get('immutable') === true;

/** Maps, starmaps and chunks count as tasks: their worker is given them whole. */
export const kindOfSignature = (signature: Signature): SignatureKind => {
  const type = signature.get('subtask_type');
  return type === 'chain' || type === 'group' || type === 'chord' ? type : 'task';
};

export const idOf = (signature: Signature): string | undefined => {
  const id = optionsOf(signature).get('task_id');
  return typeof id === 'string' ? id : undefined;
};

/** A copy that shares nothing but the arguments; they are never changed. */
export const cloneSignature = (signature: Signature): Signature => {
  const copy = new Map(signature);
  copy.set('args', [...argsOf(signature)]);
  copy.set('options', copyOptions(optionsOf(signature)));
  copy.set('kwargs', new Map(kwargsOf(signature)));
  const kwargs = kwargsOf(copy);
  const kind = kindOfSignature(signature);
  if (kind === 'chain' || kind === 'group')
    kwargs.set('tasks', tasksOf(signature).map(cloneSignature));
  if (kind === 'chord') {
    const header = kwargs.get('header');
    kwargs.set(
      'header',
      header instanceof Map ? cloneSignature(header) : headerOf(signature).map(cloneSignature),
    );
    const body = bodyOf(signature);
    kwargs.set('body', body === null ? null : cloneSignature(body));
  }
  return copy;
};

/** The chord that a task counts in is shared: copied for each of its header, chords inside chords would not end. */
const copyOptions = (options: Options): Options =>
  new Map(
    Array.from(
      options,
      ([key, value]) => [key, key === 'chord' ? value : copyDeep(value)] as const,
    ),
  );

const copyDeep = (value: PickleValue): PickleValue => {
  if (Array.isArray(value)) return value.map(copyDeep);
  if (!(value instanceof Map)) return value;
  return new Map(Array.from(value, ([key, part]) => [key, copyDeep(part)] as const));
};

export type Merged = { args: PickleValue[]; kwargs: Map<string, PickleValue>; options: Options };

export type Partial = {
  args?: readonly PickleValue[];
  kwargs?: ReadonlyMap<string, PickleValue>;
  options?: ReadonlyMap<string, PickleValue>;
};

/**
 * What a signature is called with: partial arguments in front of its own, partial kwargs over its own,
 * none of either when it is immutable. Options given win, but for `group_id` and the stamps, which would
 * leave a group or chord waiting for ever.
 */
export const mergeSignature = (signature: Signature, partial: Partial): Merged => {
  const { args = [], kwargs = new Map(), options = new Map() } = partial;
  const merged = mergeOptions(optionsOf(signature), options);
  if (isImmutable(signature)) {
    return { args: argsOf(signature), kwargs: kwargsOf(signature), options: merged };
  }
  return {
    args: [...args, ...argsOf(signature)],
    kwargs: new Map([...kwargsOf(signature), ...kwargs]),
    options: merged,
  };
};

export const mergeOptions = (own: Options, given: ReadonlyMap<string, PickleValue>): Options => {
  const kept = keptOptions(own);
  const merged = new Map(own);
  for (const [key, value] of given) {
    if (kept.has(key) && own.has(key)) continue;
    merged.set(key, value);
  }
  return merged;
};

const keptOptions = (own: Options): Set<unknown> =>
  new Set(['group_id', 'stamped_headers', ...(listOrNull(own.get('stamped_headers')) ?? [])]);

/** A copy with partial arguments and options already in it. */
export const partialSignature = (signature: Signature, partial: Partial): Signature => {
  const copy = cloneSignature(signature);
  const { args, kwargs, options } = mergeSignature(copy, partial);
  copy.set('args', args);
  copy.set('kwargs', kwargs);
  copy.set('options', options);
  return copy;
};

/** Adds to an option that is a list, unless it is in there. */
export const addToOption = (
  signature: Signature,
  key: 'link' | 'link_error',
  added: Signature,
): void => {
  const own = listOrNull(optionsOf(signature).get(key)) ?? [];
  if (!own.some((item) => isDeepStrictEqual(item, added))) extendOption(signature, key, [added]);
};

/** Adds to an option that is a list, as often as it is asked to. */
export const extendOption = (
  signature: Signature,
  key: 'link' | 'link_error',
  added: readonly PickleValue[],
): void => {
  if (added.length === 0) return;
  const options = optionsOf(signature);
  const own = options.get(key) ?? null;
  const items = own === null ? [] : (listOrNull(own) ?? [own]);
  options.set(key, [...items, ...added]);
};
