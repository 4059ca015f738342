import { isPython, type PyDate, type PyDatetime } from '../../pickle/index.ts';
import { dateText } from '../../pickle/js/time-texts.ts';
import { kindOf } from '../../pickle/values/python.ts';
import { datetimeIso, momentIso, timeIso } from './iso-texts.ts';

export type JsonTypes = 'tagged' | 'plain';

type Written = { ok: true; value: unknown } | { ok: false; why: string };

/** What JSON stands for a value that JSON has no type for. */
export const writeSpecial = (value: object, types: JsonTypes): Written => {
  const moment = momentText(value);
  if (moment !== undefined) return moment;
  if (isPython(value, 'time')) return written(types, 'time', timeIso(value));
  if (isPython(value, 'decimal')) return written(types, 'decimal', value.text);
  if (isPython(value, 'uuid')) {
    const hex = { hex: value.text.replaceAll('-', '') };
    return types === 'plain' ? { ok: true, value: value.text } : tagged('uuid', hex);
  }
  if (value instanceof Uint8Array) return bytes(value, types);
  return { ok: false, why: `${typeName(value)} is not JSON serializable` };

  function momentText(value: object): Written | undefined {
    if (value instanceof Date) return fromDate(value, types);
    if (isPython(value, 'datetime')) return fromDatetime(value, types);
    if (isPython(value, 'date')) return fromPyDate(value, types);
    return undefined;
  }
};

const tagged = (type: string, value: unknown): Written => ({
  ok: true,
  value: { __type__: type, __value__: value },
});

const written = (types: JsonTypes, type: string, text: string): Written =>
  types === 'plain' ? { ok: true, value: text } : tagged(type, text);

const fromDate = (date: Date, types: JsonTypes): Written => {
  if (Number.isNaN(date.getTime())) return { ok: false, why: 'it is an invalid Date' };
  return written(types, 'datetime', momentIso(date.getTime(), types === 'plain' ? 'Z' : '+00:00'));
};

const fromDatetime = (value: PyDatetime, types: JsonTypes): Written => {
  const iso = datetimeIso(value);
  if (iso === undefined) return { ok: false, why: 'nobody here knows the offset of its time zone' };
  return written(types, 'datetime', types === 'plain' ? iso.replace(/\+00:00$/, 'Z') : iso);
};

/** kombu 5.2 makes midnight of a date. */
const fromPyDate = (value: PyDate, types: JsonTypes): Written =>
  written(types, 'date', dateText(value) + (types === 'plain' ? 'T00:00:00' : ''));

const bytes = (value: Uint8Array, types: JsonTypes): Written => {
  if (types === 'plain') return { ok: false, why: 'bytes is not JSON serializable' };
  const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = buffer.toString('utf8');
  return Buffer.from(text).equals(buffer)
    ? tagged('bytes', text)
    : tagged('base64', buffer.toString('base64'));
};

const typeName = (value: { constructor?: { name?: unknown } }) =>
  kindOf(value) ?? String(value.constructor?.name);
