import type { Logger } from '@shared/service';
import type { Redis } from 'ioredis';
import type { Host } from '../../host/side.ts';
import type { PythonTasks } from '../../tasks/python-tasks.ts';
import type { BrokerNames } from '../names/broker-names.ts';
import type { Messages } from './notes.ts';
import type { ResolvedSideOptions } from './options.ts';
import type { Tell, Write } from './tell.ts';
import type { Census } from '../control/census.ts';
import type { Revocations } from '../control/revocations.ts';
import type { TaskLimits } from '../control/task-limits.ts';
import type { ResultReader } from '../results/result-reader.ts';
import type { LogicalClock } from '../events/clock.ts';
import type { EventSender } from '../events/event-sender.ts';

/** What the parts of a Celery side share. */
export type SideParts = {
  options: ResolvedSideOptions;
  log: Logger;
  names: BrokerNames;
  broker: Redis;
  /** The result store's server. */
  backend: Redis;
  /** Another connection to the broker, for whoever blocks or subscribes. */
  connect(role: string): Redis;
  /** Reads what is stored there. */
  results: ResultReader;
  messages: Messages;
  tell: Tell;
  /** Stores what is no task's outcome. */
  write: Write;
  clock: LogicalClock;
  events: EventSender;
  census: Census;
  revocations: Revocations;
  limits: TaskLimits;
  /** What the process offers, once it serves. */
  host: Promise<Host>;
  /** What can be asked of it, once it serves. */
  served(): PythonTasks | undefined;
  /** Of this run of this process; what it holds and sends is named by it. */
  processId: string;
};
