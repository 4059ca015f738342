import type { PickleValue } from '../../pickle/index.ts';
import { readResultTuple, resultTuple, type ResultNode } from '../canvas/result-node.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { momentIso, momentOf } from '../json/iso-texts.ts';
import { parsePythonJson } from '../json/parse-json.ts';
import { readTags } from '../json/read-tags.ts';
import { writePythonJson } from '../json/write-json.ts';
import type { Dialect } from '../message/compose-task.ts';
import { listOrNull, optionalNumber, optionalText } from '../message/fields.ts';
import { readFailure, type PythonException } from './exception.ts';

/** Celery's own states; a task may store any other. */
export type CeleryState = 'PENDING' | 'STARTED' | 'RETRY' | 'SUCCESS' | 'FAILURE' | 'REVOKED';

const READY = new Set(['SUCCESS', 'FAILURE', 'REVOKED']);
const EXCEPTIONAL = new Set(['RETRY', 'FAILURE', 'REVOKED']);

/** Whether a client stops waiting. */
export const isReady = (state: string): boolean => READY.has(state);

/** Whether the result is an exception. */
export const isExceptional = (state: string): boolean => EXCEPTIONAL.has(state);

/** What `result_extended` adds. */
export type ExtendedMeta = {
  name: string | null;
  args: PickleValue;
  kwargs: PickleValue;
  worker: string | null;
  retries: number | null;
  queue: string | null;
  stampedHeaders?: readonly string[] | null;
  stamps?: ReadonlyMap<string, PickleValue> | null;
};

export type MetaInput = {
  id: string;
  state: string;
  /** JSON, a failure value, or the meta map of a custom state. */
  result: unknown;
  traceback?: string | null;
  /** Null for a task that nobody ran. */
  children?: readonly ResultNode[] | null;
  nowMs: number;
  groupId?: string | null;
  parentId?: string | null;
  extended?: ExtendedMeta | undefined;
  dialect?: Dialect | undefined;
};

/**
 * A result as Celery stores and publishes it.
 *
 * @throws {UnencodableValueError} for a result that JSON has no form for.
 */
export const writeMeta = (input: MetaInput): string => {
  const { state, dialect = '5.6', children = null } = input;
  const meta = new Map<string, unknown>([
    ['status', state],
    ['result', input.result],
    ['traceback', input.traceback ?? null],
    ['children', children === null ? null : children.map(resultTuple)],
    [
      'date_done',
      isReady(state) ? momentIso(input.nowMs, dialect === '5.2' ? '' : '+00:00') : null,
    ],
  ]);
  if ((input.groupId ?? null) !== null) meta.set('group_id', input.groupId);
  if ((input.parentId ?? null) !== null) meta.set('parent_id', input.parentId);
  if (input.extended !== undefined) addExtended(meta, input.extended);
  meta.set('task_id', input.id);
  return writePythonJson(meta, { types: dialect === '5.2' ? 'plain' : 'tagged' });
};

const addExtended = (meta: Map<string, unknown>, extended: ExtendedMeta) => {
  for (const key of ['name', 'args', 'kwargs', 'worker', 'retries', 'queue'] as const) {
    meta.set(key, extended[key]);
  }
  const { stamps, stampedHeaders } = extended;
  if (stamps === null || stamps === undefined || stamps.size === 0) return;
  meta.set('stamped_headers', stampedHeaders ?? null);
  for (const [name, value] of stamps) meta.set(name, value);
};

export type TaskMeta = {
  id: string;
  state: string;
  /** Tags read. For exceptional states the failure value; see `exception`. */
  result: PickleValue;
  exception: PythonException | null;
  traceback: string | null;
  children: ResultNode[];
  /** Milliseconds since 1970; null while it is not ready. */
  doneMs: number | null;
  groupId: string | null;
  parentId: string | null;
  retries: number | null;
  /** All that was stored. */
  fields: ReadonlyMap<string, PickleValue>;
};

/**
 * Reads a stored or published result.
 *
 * @throws {InvalidMessageError} for text that no backend wrote.
 */
export const readMeta = (text: string): TaskMeta => {
  const fields = parseMeta(text);
  const state = fields.get('status');
  if (typeof state !== 'string') throw new InvalidMessageError('body', 'a result has no status');
  const result = readTags(fields.get('result') ?? null);
  const done = optionalText(fields.get('date_done'));
  return {
    id: optionalText(fields.get('task_id')) ?? '',
    state,
    result,
    exception: isExceptional(state) ? readFailure(result) : null,
    traceback: optionalText(fields.get('traceback')),
    children: (listOrNull(fields.get('children')) ?? []).flatMap(
      (child) => readResultTuple(child) ?? [],
    ),
    doneMs: done === null ? null : (momentOf(done) ?? null),
    groupId: optionalText(fields.get('group_id')),
    parentId: optionalText(fields.get('parent_id')),
    retries: optionalNumber(fields.get('retries')),
    fields,
  };
};

/** What a reading command answered, read; null where nothing is stored. */
export const metaOf = (text: string | null): TaskMeta | null =>
  text === null ? null : readMeta(text);

const parseMeta = (text: string): Map<string, PickleValue> => {
  try {
    const value = parsePythonJson(text);
    if (value instanceof Map) return value;
  } catch (cause) {
    throw new InvalidMessageError('body', 'a result is no JSON', { cause });
  }
  throw new InvalidMessageError('body', 'a result is no object');
};

/** A saved group, as `GroupResult.save` writes it. */
export const writeGroupMeta = (group: ResultNode): string =>
  writePythonJson(new Map([['result', resultTuple(group)]]));

/** Null for text that is no saved group. */
export const readGroupMeta = (text: string): ResultNode | null =>
  readResultTuple(parseMeta(text).get('result'));
