import { isPython, type PickleValue } from '../../pickle/index.ts';
import { pythonRepr } from './repr.ts';

/** What Celery cuts argsrepr, kwargsrepr and results in events to. */
export const REPR_LENGTH = 1024;

const MAX_LEVELS = 3;

type Container = { open: string; close: string; parts: readonly Part[] };
type Part = { key?: PickleValue; value: PickleValue };

/**
 * A value as Celery's own `saferepr` shows it: like `repr`, but cut near `maxLength` characters, three
 * levels deep, texts in single quotes whatever they hold.
 *
 * Once the characters are used up, the piece that was next is left out, even if it was a closing bracket;
 * the brackets still open after that are closed.
 */
export const safeRepr = (root: PickleValue, maxLength = REPR_LENGTH): string => {
  let out = '';
  let left = maxLength;
  let isCut = false;

  const emit = (render: () => string, isBracket = false) => {
    if (isCut) {
      if (isBracket) out += render();
      return;
    }
    if (left <= 0) {
      isCut = true;
      out += ', ...';
      return;
    }
    const text = render();
    out += text;
    left -= codePoints(text);
  };
  const show = (value: PickleValue, level: number) => {
    if (isCut) return;
    const container = containerOf(value);
    if (container === undefined) emit(() => leafText(value, left));
    else if (level >= MAX_LEVELS) emit(() => cut(`${container.open}...${container.close}`, left));
    else {
      emit(() => container.open, true);
      for (const [index, part] of container.parts.entries()) {
        if (isCut) break;
        showPart(part, index === 0, level + 1);
      }
      emit(() => container.close, true);
    }
  };
  const showPart = ({ key, value }: Part, isFirst: boolean, level: number) => {
    if (!isFirst) emit(() => ', ');
    if (key !== undefined) {
      emit(() => safeRepr(key, left));
      emit(() => ': ');
    }
    show(value, level);
  };

  show(root, 0);
  return out;
};

const containerOf = (value: PickleValue): Container | undefined => {
  if (Array.isArray(value)) return { open: '[', close: ']', parts: listed(value) };
  if (value instanceof Map) return { open: '{', close: '}', parts: paired(value) };
  if (isPython(value, 'tuple')) {
    return { open: '(', close: value.items.length === 1 ? ',)' : ')', parts: listed(value.items) };
  }
  if (isPython(value, 'dict')) return { open: '{', close: '}', parts: paired(value.entries) };
  if (isPython(value, 'set') && value.items.length > 0)
    return { open: '{', close: '}', parts: listed(value.items) };
  if (isPython(value, 'frozenset') && value.items.length > 0)
    return { open: 'frozenset({', close: '})', parts: listed(value.items) };
  return isPython(value, 'ordered_dict') ? containerOf(value.dict) : undefined;
};

const listed = (items: readonly PickleValue[]): Part[] => items.map((value) => ({ value }));

const paired = (entries: Iterable<readonly [PickleValue, PickleValue]>): Part[] =>
  [...entries].map(([key, value]) => ({ key, value }));

const leafText = (value: PickleValue, left: number): string => {
  if (typeof value === 'string') return `'${cut(value, left).replaceAll("'", "\\'")}'`;
  if (value instanceof Uint8Array) return bytesText(value, left);
  return cut(pythonRepr(value), left);
};

const bytesText = (bytes: Uint8Array, left: number): string => {
  const buffer = Buffer.from(bytes.subarray(0, left));
  const text = buffer.toString('utf8');
  const shown = Buffer.from(text).equals(buffer) ? text : buffer.toString('hex');
  return `b'${shown}${bytes.length > left ? '...' : ''}'`;
};

/** At the last space before the limit, as Celery does. */
const cut = (text: string, length: number): string => {
  if (text.length < length) return text;
  const characters = Array.from(text.slice(0, length * 2));
  if (characters.length < length) return text;
  const kept = characters.slice(0, length).join('');
  const space = kept.lastIndexOf(' ');
  return `${space === -1 ? kept : kept.slice(0, space)}...`;
};

const codePoints = (text: string) => Array.from(text).length;
