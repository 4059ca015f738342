import type { Publication } from '../message/compose-task.ts';
import type { ResultNode } from './result-node.ts';

/** What applying a canvas does to Redis, in order. */
export type CanvasEffect =
  /** Push a message to its queue. */
  | { kind: 'publish'; publication: Publication }
  /** Say how many counts a chord waits for, just before its last member is sent. */
  | { kind: 'chord-size'; groupId: string; size: number }
  /** One more count than the size says. */
  | { kind: 'chord-grow'; groupId: string }
  /** Keep the members of a header that has groups inside, so that their results keep their nesting. */
  | { kind: 'save-group'; group: ResultNode };
