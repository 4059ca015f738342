import { describe, expect, test } from 'vitest';
import {
  decodePickle,
  encodePickle,
  ForbiddenGlobalError,
  InvalidPickleError,
  PickleLimitError,
  toJs,
  type PickleValue,
} from '../../src/pickle/index.ts';
import { hostileBytes, vectors } from './vectors.ts';

/** What the vectors demand in words; where they leave a choice, what we chose. */
const ACCEPTED: Record<string, (value: PickleValue) => void> = {
  appends_300k: (value) => expect(value).toHaveLength(300_000),
  bom_string: (value) => expect(value).toBe('\ufeffabc'),
  dup_flood: (value) => expect(value).toEqual([]),
  memo_bomb: (value) => expect(value).toHaveLength(5),
  pop_mark_abuse: (value) => expect(value).toBe(1),
  proto_pollution: (value) => {
    expect(value).toEqual(new Map([['__proto__', new Map([['polluted', true]])]]));
    expect(Object.prototype).not.toHaveProperty('polluted');
  },
  trailing_bytes: (value) => expect(value).toBeNull(),
};

const FORBIDDEN = [
  'builtins_eval',
  'builtins_getattr',
  'datetime_dotted_method',
  'dotted_global',
  'global_old_opcode',
  'global_os_system',
  'obj_opcode',
];

const LIMITS: Record<string, string> = {
  deep_lists_100k: 'maxDepth',
  deep_tuples_200k: 'maxDepth',
  long_text_big: 'maxIntBytes',
  mark_flood: 'maxMarks',
  memo_sparse: 'maxMemo',
};

const hostile = vectors.adversarial;
const named = (names: readonly string[]) => hostile.filter(({ name }) => names.includes(name));

describe('hostile input', () => {
  test('all of it is in one of the groups below', () => {
    const refused = hostile.filter(({ expect: demand }) => demand.startsWith('refuse'));

    expect(hostile).toHaveLength(52);
    expect(refused.filter(({ name }) => name in ACCEPTED)).toEqual([]);
  });

  test.for(named(Object.keys(ACCEPTED)))('$name ($why) is read: $expect', (vector) => {
    ACCEPTED[vector.name]?.(decodePickle(hostileBytes(vector)));
  });

  test.for(named(FORBIDDEN))('$name ($why) is refused by name', (vector) => {
    expect(() => decodePickle(hostileBytes(vector))).toThrow(ForbiddenGlobalError);
  });

  test.for(named(Object.keys(LIMITS)))('$name ($why) goes over a limit', (vector) => {
    expect(() => decodePickle(hostileBytes(vector))).toThrow(
      expect.objectContaining({ code: 'pickle_too_large', limit: LIMITS[vector.name] }),
    );
  });

  test.for(
    hostile.filter(
      ({ name }) => !(name in ACCEPTED) && !(name in LIMITS) && !FORBIDDEN.includes(name),
    ),
  )('$name ($why) is refused', (vector) => {
    expect(() => decodePickle(hostileBytes(vector))).toThrow(InvalidPickleError);
  });

  test('a small graph that stands for billions of values is written small and never expanded', () => {
    const [bomb] = named(['memo_bomb']);
    const value = decodePickle(hostileBytes(bomb ?? { name: '', why: '', expect: '' }));

    expect(encodePickle(value).length).toBeLessThan(1000);
    expect(() => toJs(value)).toThrow(PickleLimitError);
  });
});
