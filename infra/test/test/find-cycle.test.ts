import { expect, test } from 'vitest';
import { findCycle } from './find-cycle.ts';

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

test('a circle is given with where it closes', () => {
  const circle = findCycle(graph({ a: ['b'], b: ['c', 'd'], c: [], d: ['b'] }));

  expect(circle).toEqual(['b', 'd', 'b']);
});

test('a node that is reached by two ways is no circle', () => {
  expect(findCycle(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toBeUndefined();
});

test('a file that imports itself is one', () => {
  expect(findCycle(graph({ a: ['a'] }))).toEqual(['a', 'a']);
});
