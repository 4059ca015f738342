import type { Logger } from '@shared/service';
import type { BrokerNames } from '../names/broker-names.ts';
import type { Delivery, Unacked } from './unacked.ts';
import type { ListWatch } from './watch-lists.ts';

/** In which order queues are looked at. */
export type QueueOrder = 'round_robin' | 'priority' | 'sorted';

/** Takes messages from queues while there is room for them, and sleeps while there is nothing to take. */
export type Intake = Disposable & {
  readonly queues: readonly string[];
  add(queue: string): void;
  /** Takes nothing more from it; what is held stays held. */
  remove(queue: string): void;
  /** Tells that there may be more room, or more to take. */
  look(): void;
  /** Takes no more; resolves when what was being taken has been received. */
  end(): Promise<void>;
};

/** One script takes this many at most: it holds up the broker while it runs. */
const MOST_AT_ONCE = 100;

/** Claiming sends a message to and fro once more. */
const MOST_CLAIMED = 65_536;

const AFTER_AN_ERROR_MS = 1_000;

export const createIntake = (options: {
  unacked: Unacked;
  names: BrokerNames;
  watch(onFilled: (list: string, message: string | undefined) => void): ListWatch;
  /**
   * Makes a job of a lone message that was seen in its list, if it can; answers with how many more the
   * list has, or undefined if the queues must be looked at.
   */
  claim(found: Omit<Delivery, 'tag'>): Promise<number | undefined>;
  queues: readonly string[];
  order: QueueOrder;
  /** How many more messages may be held. */
  room(): number;
  /** Told when there is none, so as to look again when there is. */
  onFull(): void;
  receive(delivery: Delivery): void;
  log: Logger;
}): Intake => {
  const { unacked, names, log } = options;
  const queues = [...options.queues];
  if (options.order === 'sorted') queues.sort();
  let busy: Promise<void> | undefined;
  let claiming: Promise<void> | undefined;
  let again = false;
  /** All queues were empty, and something tells when one of them no longer is. */
  let asleep = false;
  const end = new AbortController();
  const isEnded = () => end.signal.aborted;

  const takeAll = async () => {
    for (;;) {
      const most = Math.min(options.room(), MOST_AT_ONCE);
      if (isEnded() || queues.length === 0) return;
      if (most <= 0) {
        options.onFull();
        return;
      }
      const deliveries = await unacked.take(queues, most);
      if (options.order === 'round_robin') rotate(queues, deliveries);
      for (const delivery of deliveries) options.receive(delivery);
      if (deliveries.length === most) continue;
      asleep = true;
      // What was just taken goes first: somebody waits for it.
      setImmediate(() => watch.arm(queues.flatMap(names.queueKeys)));
      return;
    }
  };

  const round = async () => {
    do {
      again = false;
      try {
        await takeAll();
      } catch (error) {
        if (!isEnded()) log.warn({ error }, 'celery queues could not be read');
        await new Promise((resolve) => setTimeout(resolve, isEnded() ? 0 : AFTER_AN_ERROR_MS));
        again = true;
      }
      // What changed while it was looked at.
    } while (again && !isEnded());
    busy = undefined;
  };

  const look = () => {
    if (asleep) return;
    again = true;
    if (!isEnded()) busy ??= round();
  };
  const wake = () => {
    asleep = false;
    look();
  };

  /** While there is nothing else to do, a message is taken with the step that makes a job of it. */
  const claim = async (list: string, message: string) => {
    const queue = queues.find((name) => names.queueKeys(name).includes(list));
    try {
      const left = queue && (await options.claim({ queue, list, message }));
      if (left === 0) watch.arm([list]);
      else wake();
    } catch (error) {
      log.debug({ error }, 'celery message could not be claimed');
      wake();
    }
    claiming = undefined;
  };
  const watch = options.watch((list, message) => {
    const isAlone = asleep && claiming === undefined && busy === undefined;
    if (isAlone && message !== undefined && message.length <= MOST_CLAIMED) {
      claiming = claim(list, message);
    } else wake();
  });

  return {
    get queues() {
      return queues;
    },
    add(queue) {
      if (!queues.includes(queue)) queues.push(queue);
      wake();
    },
    remove(queue) {
      const at = queues.indexOf(queue);
      if (at !== -1) queues.splice(at, 1);
    },
    look,
    async end() {
      end.abort();
      watch[Symbol.dispose]();
      await claiming;
      await busy;
    },
    [Symbol.dispose]() {
      end.abort();
      watch[Symbol.dispose]();
    },
  };
};

/** The queue that delivered goes to the end, as in kombu. */
const rotate = (queues: string[], deliveries: readonly Delivery[]) => {
  const last = deliveries.at(-1)?.queue;
  const at = last === undefined ? -1 : queues.indexOf(last);
  if (at !== -1) queues.push(...queues.splice(at, 1));
};
