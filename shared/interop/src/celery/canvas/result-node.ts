import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull } from '../message/fields.ts';

/** The result of a task, or of a group when it has `results`; `parent` is what was sent before it. */
export type ResultNode = {
  id: string;
  parent: ResultNode | null;
  results: ResultNode[] | null;
};

export const taskResult = (id: string, parent: ResultNode | null = null): ResultNode => ({
  id,
  parent,
  results: null,
});

export const groupResult = (id: string, results: ResultNode[]): ResultNode => ({
  id,
  parent: null,
  results,
});

/** As Celery keeps it in `children` and in saved groups: `[[id, parent], null | [members]]`. */
export const resultTuple = ({ id, parent, results }: ResultNode): PickleValue[] => [
  [id, parent === null ? null : resultTuple(parent)],
  results === null ? null : results.map(resultTuple),
];

/** Reads a result tuple; null for anything else. */
export const readResultTuple = (value: PickleValue | undefined): ResultNode | null => {
  const outer = listOrNull(value);
  if (outer === null) return typeof value === 'string' ? taskResult(value) : null;
  const [head, members = null] = outer;
  const named = listOrNull(head) ?? (typeof head === 'string' ? [head] : null);
  const id = named?.[0];
  if (typeof id !== 'string') return null;
  const parent = named?.[1] ?? null;
  const items = members === null ? null : listOrNull(members);
  const results = items?.map((item) => readResultTuple(item)) ?? null;
  if (results?.includes(null) === true) return null;
  return {
    id,
    parent: parent === null ? null : readResultTuple(parent),
    results: results as ResultNode[] | null, // No null among them.
  };
};

/** The first of the results that follow each other. */
export const rootResult = (result: ResultNode): ResultNode => {
  let node = result;
  while (node.parent !== null) node = node.parent;
  return node;
};
