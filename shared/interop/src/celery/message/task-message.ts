import type { PickleValue } from '../../pickle/index.ts';
import type { Signature } from '../canvas/signature.ts';
import type { DeliveryInfo, Envelope, Fields } from './envelope.ts';

/** A task as a worker sees it, from a message of either protocol. */
export type TaskMessage = {
  protocol: 1 | 2;
  id: string;
  task: string;
  /** What the message was read with: dates, Decimal, UUID and bytes are themselves. */
  args: PickleValue[];
  kwargs: Map<string, PickleValue>;
  /** The same before kombu's tags were read, to be written again as they came. */
  raw: { args: PickleValue[]; kwargs: Map<string, PickleValue> };
  callbacks: Signature[];
  errbacks: Signature[];
  /** The steps left, the next one last. */
  chain: Signature[];
  /** The body of the chord that it belongs to. */
  chord: Signature | null;
  /** The name to show instead of the task's. */
  shadow: string | null;
  eta: Moment | null;
  expires: Moment | null;
  group: string | null;
  groupIndex: number | null;
  /** 0 at first. */
  retries: number;
  /** In seconds. */
  timeLimit: { hard: number | null; soft: number | null };
  rootId: string | null;
  parentId: string | null;
  argsRepr: string | null;
  kwargsRepr: string | null;
  origin: string | null;
  /** Null: as the task itself says. */
  ignoreResult: boolean | null;
  replacedTaskNesting: number;
  /** The names of the stamps; null when the sender knows none. */
  stampedHeaders: string[] | null;
  stamps: Map<string, PickleValue> | null;
  /** Headers of the program's own. */
  customHeaders: Fields;
  correlationId: string | null;
  replyTo: string | null;
  priority: number;
  /** Null for a message that would end a Python worker. */
  deliveryInfo: DeliveryInfo | null;
  deliveryTag: string | null;
  envelope: Envelope;
};

/** A time as it came, and when that is. */
export type Moment = { text: string; epochMs: number };
