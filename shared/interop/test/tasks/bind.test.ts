import { expect, test } from 'vitest';
import { bind } from '../../src/index.ts';

const call = (args: unknown[], kwargs: Record<string, unknown> = {}) => ({ args, kwargs });

test('arguments are bound by place and by name', () => {
  expect(bind(call([1, 2]), 'x', 'y', 'z?')).toEqual({ x: 1, y: 2 });
  expect(bind(call([1], { z: 3, y: 2 }), 'x', 'y', 'z?')).toEqual({ x: 1, y: 2, z: 3 });
  expect(bind(call([1, 2, 3], { a: 4, b: 5 }), 'x', '*rest', 'a?', '**others')).toEqual({
    x: 1,
    rest: [2, 3],
    a: 4,
    others: { b: 5 },
  });
  expect(bind(call([]), '*rest', '**others')).toEqual({ rest: [], others: {} });
});

test.for([
  { given: call([1]), words: "missing a required argument: 'y'" },
  { given: call([1, 2, 3]), words: 'too many positional arguments' },
  { given: call([1, 2], { z: 3 }), words: "got an unexpected keyword argument 'z'" },
  { given: call([1, 2], { x: 3 }), words: "multiple values for argument 'x'" },
])('a call that does not fit is a TypeError: $words', ({ given, words }) => {
  expect(() => bind(given, 'x', 'y')).toThrow(
    expect.objectContaining({ pythonClass: 'TypeError', args: [words] }),
  );
});
