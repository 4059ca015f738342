import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';
import { PickleLimitError } from '../errors/pickle-limit-error.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { PickleValue } from '../values/value.ts';
import { createInstantOf } from './instant.ts';
import { shapeOf, type Shape } from './shapes.ts';

/** `size` counts the values in it, those of a shared part as often as they are reached. */
type Plain = { readonly js: unknown; readonly size: number };
type Frame = { readonly value: object; readonly shape: Shape; readonly parts: Plain[] };

/**
 * What a handler wants to see of a decoded pickle: JavaScript's own values, with Python's distinctions
 * gone. Keep the decoded value itself to write it back.
 *
 * | Python | JavaScript |
 * | --- | --- |
 * | float | number |
 * | tuple, set, frozenset, deque | array |
 * | dict and its kinds | object without prototype; an array of pairs when a key is no str |
 * | bytes, bytearray | Uint8Array |
 * | aware datetime | Date, without its microseconds; text when the zone is unknown |
 * | naive datetime, date, time | text as of `isoformat` |
 * | timedelta | seconds |
 * | Decimal, Fraction, UUID | text |
 * | exception | `{ exception: 'builtins.ValueError', args, state }` |
 *
 * @throws {PickleLimitError} for more than `maxItems` values: a few shared ones can stand for billions.
 * @throws {InvalidPickleError} for a value that contains itself.
 */
export const toJs = (
  root: PickleValue,
  { maxItems = DEFAULT_LIMITS.maxItems }: { maxItems?: number } = {},
): unknown => {
  const known = new Map<object, Plain | 'open'>();
  const instantOf = createInstantOf();
  const open: Frame[] = [];

  /** The plain form if there is one already; else its frame is opened. */
  const plain = (value: PickleValue): Plain | undefined => {
    if (typeof value !== 'object' || value === null) return { js: value, size: 1 };
    const found = known.get(value);
    if (found === 'open') throw new InvalidPickleError('a value contains itself');
    if (found !== undefined) return found;
    known.set(value, 'open');
    open.push({ value, shape: shapeOf(value, instantOf), parts: [] });
    return undefined;
  };
  const close = ({ value, shape, parts }: Frame): Plain => {
    const size = parts.reduce((sum, part) => sum + part.size, 1);
    if (size > maxItems) throw new PickleLimitError('maxItems', maxItems);
    const built = { js: shape.build(parts.map(({ js }) => js)), size };
    known.set(value, built);
    open.pop();
    return built;
  };

  let result = plain(root);
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const { shape, parts } = frame;
    if (parts.length === shape.parts.length) {
      result = close(frame);
      continue;
    }
    const part = plain(shape.parts[parts.length] ?? null);
    if (part !== undefined) parts.push(part);
  }
  return result?.js;
};
