import { isPython, py, type PickleValue } from '../../pickle/index.ts';
import { lean } from '../canvas/lean.ts';
import type { Options, Signature } from '../canvas/signature.ts';
import { datetimeIso, momentIso, momentOf } from '../json/iso-texts.ts';
import type { JsonTypes } from '../json/special-types.ts';
import { writePythonJson } from '../json/write-json.ts';
import { safeRepr } from '../repr/saferepr.ts';
import { compressionNamed, pack } from './compression.ts';
import type { Envelope, Fields } from './envelope.ts';
import { listOrNull, optionalNumber, optionalText } from './fields.ts';

/** Which Python we write like: 5.2 leaves out the headers that came later, 5.7 keeps waiting chords small. */
export type Dialect = '5.2' | '5.6' | '5.7';

export type ComposeContext = {
  /** Milliseconds since 1970; fractions are kept as microseconds. */
  nowMs: number;
  /** A fresh id for a task or group. Fixed ones make a plan repeatable. */
  newId: () => string;
  /** Who sends: `gen<pid>@<host>`. */
  origin: string;
  /** An id of the sending process. */
  replyTo: string;
  /** Default `celery`. */
  defaultQueue?: string;
  /** Default `5.6`. */
  dialect?: Dialect;
  /** How dates, Decimal, UUID and bytes are written. Default as the dialect does. */
  types?: JsonTypes;
  /** Default 2. */
  protocol?: 1 | 2;
  /** Options of `apply_async` that a task has when the caller gives none. */
  optionsOf?: (task: string) => Options | undefined;
  /** The task that is running, when it is one that sends. */
  parent?: { id: string; rootId: string | null; priority: number | null };
};

export type TaskCall = {
  task: string;
  args: readonly PickleValue[];
  kwargs: ReadonlyMap<string, PickleValue>;
  /** Under the Python names of `apply_async`. */
  options: Options;
};

/** A message that is ready to be pushed; `key` is up to priority steps and prefixes. */
export type Publication = {
  id: string;
  /** The queue to push to; null when `exchange` decides by its bindings. */
  queue: string | null;
  exchange: string;
  routingKey: string;
  priority: number;
  envelope: Envelope;
  /** The fields of the event `task-sent`. */
  sentEvent: Fields;
};

/** Writes the message that Python's `apply_async` would send. */
export const composeTask = (call: TaskCall, context: ComposeContext): Publication => {
  const options = withDefaults(call, context);
  const id = optionalText(options.get('task_id')) ?? context.newId();
  const draft = { call, options, id, ...readTimes(options, context), context };
  const body = writePythonJson(bodyOf(draft), { types: typesOf(context) });
  const compression = compressionNamed(optionalText(options.get('compression')));
  const packed = compression === null ? null : pack(Buffer.from(body), compression);
  const headers = context.protocol === 1 ? new Map<string, PickleValue>() : headersOf(draft);
  for (const [name, value] of dictOption(options, 'headers')) headers.set(name, value);
  if (packed !== null) headers.set('compression', packed.header);
  const route = routeOf(options, context);
  return {
    id,
    ...route,
    envelope: {
      body: Buffer.from(packed?.bytes ?? body).toString('base64'),
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers,
      properties: propertiesOf(draft, route),
    },
    sentEvent: sentEvent(draft, route),
  };
};

type Route = Pick<Publication, 'queue' | 'exchange' | 'routingKey' | 'priority'>;

type Draft = {
  call: TaskCall;
  options: Options;
  id: string;
  eta: string | null;
  expires: string | null;
  context: ComposeContext;
};

const typesOf = ({ types, dialect }: ComposeContext): JsonTypes =>
  types ?? (dialect === '5.2' ? 'plain' : 'tagged');

/** A running task passes on its root, itself as parent, and its priority if asked to. */
const withDefaults = ({ task, options }: TaskCall, context: ComposeContext): Options => {
  const merged = new Map([...(context.optionsOf?.(task) ?? []), ...options]);
  const { parent } = context;
  if (parent === undefined) return merged;
  if (isEmpty(merged.get('root_id'))) merged.set('root_id', parent.rootId ?? parent.id);
  if (isEmpty(merged.get('parent_id'))) merged.set('parent_id', parent.id);
  if (parent.priority !== null && !merged.has('priority')) merged.set('priority', parent.priority);
  return merged;
};

const isEmpty = (value: PickleValue | undefined) =>
  value === undefined || value === null || value === '';

const readTimes = (options: Options, { nowMs }: ComposeContext) => {
  const countdown = optionalNumber(options.get('countdown'));
  const eta =
    countdown === null || countdown === 0
      ? timeText(options.get('eta'))
      : momentIso(nowMs + countdown * 1000);
  const expires = options.get('expires');
  const seconds = optionalNumber(expires);
  return {
    eta,
    expires: seconds === null ? timeText(expires) : momentIso(nowMs + seconds * 1000),
  };
};

const timeText = (value: PickleValue | undefined): string | null => {
  if (typeof value === 'string') return value;
  return isPython(value, 'datetime') ? (datetimeIso(value) ?? null) : null;
};

const listOption = (options: Options, key: string): PickleValue => {
  const value = options.get(key) ?? null;
  return value === null ? null : (listOrNull(value) ?? [value]);
};

const dictOption = (options: Options, key: string): Fields => {
  const value = options.get(key);
  return value instanceof Map ? value : new Map<string, PickleValue>();
};

const bodyOf = (draft: Draft): PickleValue => {
  const { call, options, id, context } = draft;
  const embed = new Map<string, PickleValue>([
    ['callbacks', listOption(options, 'link')],
    ['errbacks', listOption(options, 'link_error')],
    ['chain', waiting(options.get('chain') ?? null, context)],
    ['chord', waiting(options.get('chord') ?? null, context)],
  ]);
  const kwargs = new Map(call.kwargs);
  if (context.protocol !== 1) return [[...call.args], kwargs, embed];
  const get = (key: string) => options.get(key) ?? null;
  return new Map<string, PickleValue>([
    ['task', call.task],
    ['id', id],
    ['args', [...call.args]],
    ['kwargs', kwargs],
    ['group', get('group_id')],
    ['group_index', get('group_index')],
    ['retries', options.get('retries') ?? 0],
    ['eta', draft.eta],
    ['expires', draft.expires],
    ['utc', true],
    ['callbacks', embed.get('callbacks') ?? null],
    ['errbacks', embed.get('errbacks') ?? null],
    ['timelimit', [get('time_limit'), get('soft_time_limit')]],
    ['taskset', get('group_id')],
    ['chord', get('chord')],
  ]);
};

/** Steps that are left, or the body of a chord. */
const waiting = (value: PickleValue, { dialect }: ComposeContext): PickleValue => {
  if (dialect !== '5.7' || value === null) return value;
  if (value instanceof Map) return lean(value);
  return listOrNull(value)?.map((step) => lean(step as Signature)) ?? value;
};

const headersOf = (draft: Draft): Fields => {
  const { call, options, id, context } = draft;
  const get = (key: string) => options.get(key) ?? null;
  const headers = new Map<string, PickleValue>([
    ['lang', 'py'],
    ['task', call.task],
    ['id', id],
    ['shadow', get('shadow')],
    ['eta', draft.eta],
    ['expires', draft.expires],
    ['group', get('group_id')],
    ['group_index', get('group_index')],
    ['retries', options.get('retries') ?? 0],
    ['timelimit', [get('time_limit'), get('soft_time_limit')]],
    ['root_id', rootIdOf(draft)],
    ['parent_id', get('parent_id')],
    ...reprsOf(draft),
    ['origin', get('origin') ?? context.origin],
    ['ignore_result', options.get('ignore_result') ?? false],
  ]);
  if (context.dialect === '5.2') return headers;
  headers.set('replaced_task_nesting', options.get('replaced_task_nesting') ?? 0);
  headers.set('stamped_headers', get('stamped_headers'));
  headers.set('stamps', stampsOf(options));
  return headers;
};

const rootIdOf = ({ options, id }: Draft) => optionalText(options.get('root_id')) ?? id;

const reprsOf = ({ call, options }: Draft): [string, PickleValue][] => [
  ['argsrepr', options.get('argsrepr') ?? safeRepr(py.tuple(call.args))],
  ['kwargsrepr', options.get('kwargsrepr') ?? safeRepr(new Map(call.kwargs))],
];

const stampNames = (options: Options) => listOrNull(options.get('stamped_headers')) ?? [];

const stampsOf = (options: Options): Fields =>
  new Map(
    stampNames(options)
      .filter((name) => typeof name === 'string')
      .map((name) => [name, options.get(name) ?? null]),
  );

const propertiesOf = ({ options, id, expires, context }: Draft, route: Route): Fields => {
  const properties = new Map<string, PickleValue>([
    ['correlation_id', id],
    ['reply_to', options.get('reply_to') ?? context.replyTo],
  ]);
  // Celery hands what a retry knows of its sender on to the message's properties as well.
  if (options.has('origin')) properties.set('origin', options.get('origin') ?? null);
  if (context.dialect === '5.2' && options.has('replaced_task_nesting')) {
    properties.set('replaced_task_nesting', options.get('replaced_task_nesting') ?? null);
  }
  properties.set('delivery_mode', options.get('delivery_mode') ?? 2);
  const remaining = remainingMs(options, expires, context.nowMs);
  if (remaining !== null) properties.set('expiration', String(remaining));
  properties.set(
    'delivery_info',
    new Map([
      ['exchange', route.exchange],
      ['routing_key', route.routingKey],
    ]),
  );
  properties.set('priority', route.priority);
  properties.set('body_encoding', 'base64');
  properties.set('delivery_tag', context.newId());
  return properties;
};

/** Whole milliseconds until it expires, at least 0. */
const remainingMs = (options: Options, expires: string | null, nowMs: number) => {
  const seconds = optionalNumber(options.get('expires'));
  if (seconds !== null) return Math.max(0, Math.trunc(seconds * 1000));
  const at = expires === null ? undefined : momentOf(expires);
  return at === undefined ? null : Math.max(0, Math.trunc(at - nowMs));
};

/** A queue is reached by its name; only an exchange with a routing key asks for bindings. */
const routeOf = (options: Options, { defaultQueue = 'celery' }: ComposeContext): Route => {
  const exchange = optionalText(options.get('exchange'));
  const routingKey = optionalText(options.get('routing_key'));
  const priority = Math.trunc(optionalNumber(options.get('priority')) ?? 0);
  if (exchange !== null && exchange !== '' && routingKey !== null && routingKey !== '') {
    return { queue: null, exchange, routingKey, priority };
  }
  const queue = optionalText(options.get('queue')) ?? defaultQueue;
  return { queue, exchange: '', routingKey: queue, priority };
};

const sentEvent = (draft: Draft, route: Route): Fields => {
  const { call, options, id } = draft;
  const [[, args] = ['', null], [, kwargs] = ['', null]] = reprsOf(draft);
  return new Map<string, PickleValue>([
    ['uuid', id],
    ['root_id', rootIdOf(draft)],
    ['parent_id', options.get('parent_id') ?? null],
    ['name', call.task],
    ['args', args],
    ['kwargs', kwargs],
    ['retries', options.get('retries') ?? 0],
    ['eta', draft.eta],
    ['expires', draft.expires],
    ['queue', route.queue],
    ['exchange', route.exchange],
    ['routing_key', route.routingKey],
  ]);
};
