import { expect, test } from 'vitest';
import { childTraceParent, isTraceParent, newTraceParent } from '../src/index.ts';

test('a child keeps its trace and has a span of its own', () => {
  const parent = newTraceParent();

  const child = childTraceParent(parent);

  expect(isTraceParent(child)).toBe(true);
  expect(child.slice(0, 36)).toBe(parent.slice(0, 36));
  expect(child.slice(36, 52)).not.toBe(parent.slice(36, 52));
  expect(child.slice(52)).toBe(parent.slice(52));
});

test.for([undefined, '', 'not a trace', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`])(
  'without a parent that is one, a new trace begins (%s)',
  (parent) => {
    expect(isTraceParent(childTraceParent(parent))).toBe(true);
  },
);
