import { z } from 'zod';
import type { PriorityName } from '../priority.ts';

/** The names of the queues that programs used to choose between for their drawings. */
const NAMES = ['high', 'default', 'low', 'svg'] as const;

/** `svg` was a queue of its own, served after the others: it is the priority `low` now. */
const PRIORITY: Readonly<Record<(typeof NAMES)[number], PriorityName>> = {
  high: 'high',
  default: 'default',
  low: 'low',
  svg: 'low',
};

export const drawingPriorityName = z.enum(NAMES);

/** The priority of the queue that goes by an old name. */
export const drawingPriority = (name: z.output<typeof drawingPriorityName>): PriorityName =>
  PRIORITY[name];
