import type { Hooks, Implementation, Producer, Worker } from '@shared/queue';
import type { Logger } from '@shared/service';
import type { PythonTasks } from '../tasks/python-tasks.ts';
import type { Room } from './room.ts';

/** What a process offers each protocol that it speaks. */
export type Host = {
  /** Where jobs are enqueued: foreign ids as job ids, the protocol as `origin`, its notes as `foreign`. */
  producer: Producer;
  /** What can be asked for by name. */
  tasks: PythonTasks;
  /** The worker in this process; null in the bridge, which only takes for others. */
  worker: Worker | null;
  room: Room;
  log: Logger;
};

/**
 * One protocol's part of a process. Its hooks go into the worker before that starts; `serve` then takes
 * messages from the protocol's queues (if it was told any) and answers its clients for this process.
 * Disposing what `serve` returned stops taking and says goodbye; disposing the side hangs up, after the
 * worker's last job.
 */
export type ProtocolSide = AsyncDisposable & {
  readonly origin: 'celery' | 'rq' | 'arq';
  /**
   * Asked only for jobs of this origin. The result that `settling` is told is what the handler returned,
   * with its `py` values; the platform keeps a plain form of it.
   */
  readonly hooks: Pick<Hooks, 'attempt' | 'settling' | 'isolated'>;
  /** Handlers of tasks that its programs count on, whatever worker they meet. */
  readonly handlers?: readonly Implementation[];
  serve(host: Host): Promise<AsyncDisposable>;
  /**
   * How many messages wait to be taken, or were taken and are not with the worker yet; none while they may
   * not be taken. For workers that end when there is nothing left to do.
   */
  left(): Promise<number>;
};
