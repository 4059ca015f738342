import type { CanvasEffect } from '../canvas/effects.ts';
import type { Signature } from '../canvas/signature.ts';

/** What an outcome does to Redis, in Celery's order. */
export type Effect =
  | CanvasEffect
  /** Store and publish a result, unless a SUCCESS is there already. */
  | { kind: 'store'; taskId: string; meta: string }
  /** The same, unless the task has begun or ended. */
  | { kind: 'store-unbegun'; taskId: string; meta: string }
  | ChordCount;

/** What is sent when all members of a group have ended. */
export type ChordBody = { groupId: string; body: Signature };

/** A member of a chord that has ended. The last one sends the body. */
export type ChordCount = ChordBody & {
  kind: 'chord-count';
  taskId: string;
  /** Null counts as last. */
  index: number | null;
  /** `[1, id, state, result]` as JSON. */
  member: string;
};

/** All effects of one outcome. */
export type Plan = {
  /**
   * Names this outcome of this attempt. A plan that is carried out twice under one name has its effects
   * once.
   */
  name: string;
  effects: Effect[];
};
