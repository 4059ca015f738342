import type { ResultNode } from './result-node.ts';

/**
 * What a task sent while it ran. Returned as its value it is what Python makes of an `AsyncResult` there:
 * the ids, for `result_from_tuple`.
 */
export class SentResult implements ResultNode {
  readonly id: string;
  readonly parent: ResultNode | null;
  /** Of a group; null for all others. */
  readonly results: ResultNode[] | null;

  constructor({ id, parent, results }: ResultNode) {
    this.id = id;
    this.parent = parent;
    this.results = results;
  }
}
