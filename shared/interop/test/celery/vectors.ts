import { readdirSync, readFileSync } from 'node:fs';
import type { PickleValue } from '../../src/pickle/index.ts';
import { floatValue } from '../../src/pickle/values/numbers.ts';

/** One Redis command of a recording. */
export type Command = {
  t: number;
  by: 'client' | 'worker' | 'lua';
  db: number;
  cmd: string;
  args: Argument[];
};

export type RecordedEnvelope = {
  body: string;
  'content-encoding': string | null;
  'content-type': string | null;
  headers: Record<string, unknown>;
  properties: Record<string, unknown>;
};

export type Argument =
  | string
  | { envelope: RecordedEnvelope; body_decoded: unknown }
  | { unacked_entry: [{ envelope: RecordedEnvelope; body_decoded: unknown }, string, string] }
  | { json: unknown }
  | { $base64: string };

/** A recording of one scenario with one release of Celery. */
export type Vector = {
  name: string;
  scenario: string;
  release: '5.2' | '5.6';
  recorded: Command[];
  /** What the scenario itself noted, such as `get` and `reply`. */
  noted: Record<string, unknown>;
};

const folder = new URL('vectors/', import.meta.url);

const load = (file: string): Vector => {
  // Recorded, never changed.
  const content = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<
    string,
    unknown
  > & {
    scenario: string;
    celery_version: string;
    recorded: Command[];
  };
  const { scenario, celery_version: version, recorded, ...noted } = content;
  return {
    name: file.replace(/\.json$/, ''),
    scenario,
    release: version.startsWith('5.2') ? '5.2' : '5.6',
    recorded,
    noted,
  };
};

export const vectors: Vector[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map(load);

export const vectorsOf = (scenario: string): Vector[] =>
  vectors.filter((vector) => vector.scenario === scenario);

/** A recorded value as Python has it: Maps for dicts, and the stand-ins for NaN and big integers read. */
export const pythonValue = (value: unknown): PickleValue => {
  if (Array.isArray(value)) return value.map(pythonValue);
  if (typeof value !== 'object' || value === null) return value as PickleValue;
  const record = value as Record<string, unknown>;
  if (typeof record['$bigint'] === 'string') return BigInt(record['$bigint']);
  if (typeof record['$float'] === 'string') return floats(record['$float']);
  return new Map(Object.entries(record).map(([key, part]) => [key, pythonValue(part)] as const));
};

const floats = (text: string) => {
  const named: Record<string, number> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };
  return floatValue(named[text.toLowerCase()] ?? Number(text.replace('Infinity', 'Infinity')));
};

/** Floats that are whole cannot be told from ints in a recording. */
export const withoutFloats = (value: PickleValue): unknown => {
  if (Array.isArray(value)) return value.map(withoutFloats);
  if (value instanceof Map)
    return new Map(Array.from(value, ([key, part]) => [key, withoutFloats(part)]));
  if (typeof value === 'object' && value !== null && 'value' in value) return value.value;
  return value;
};

/** Every message of a recording, with where it was. */
export const messagesOf = (vector: Vector) =>
  vector.recorded.flatMap((command) =>
    command.args.flatMap((argument) => {
      const found = messageIn(argument);
      return found === undefined ? [] : [{ command, ...found }];
    }),
  );

const messageIn = (argument: Argument) => {
  if (typeof argument !== 'object') return undefined;
  if ('envelope' in argument) return argument;
  return 'unacked_entry' in argument ? argument.unacked_entry[0] : undefined;
};

/** A recorded text; empty for what is none. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
