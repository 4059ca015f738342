import type { Stage } from '../stage.ts';
import type { Visitor } from '../visitor.ts';

/** One real input on its way through the platform. */
export type Story = {
  title: string;
  /** Plays it, and throws where what came of it is not right. */
  play(stage: Stage, visitor: Visitor): Promise<void>;
};
