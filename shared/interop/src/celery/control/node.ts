import type { Host } from '../../host/side.ts';
import type { LogicalClock } from '../events/clock.ts';
import type { EventSender } from '../events/event-sender.ts';
import type { SideParts } from '../side/parts.ts';
import type { Consumer } from '../take/consumer.ts';
import type { Census } from './census.ts';
import type { MemorySamples } from './memory.ts';
import type { Revocations } from './revocations.ts';
import type { TaskLimits } from './task-limits.ts';

/** All that commands look at and change. */
export type Node = {
  parts: SideParts;
  host: Host;
  consumer: Consumer;
  census: Census;
  revocations: Revocations;
  limits: TaskLimits;
  clock: LogicalClock;
  events: EventSender;
  memory: MemorySamples;
  startedMs: number;
  /** How many slots there were then. */
  slotsAtFirst: number;
};
