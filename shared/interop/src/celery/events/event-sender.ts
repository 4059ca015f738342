import { loadavg } from 'node:os';
import type { Redis } from 'ioredis';
import type { Fields } from '../message/envelope.ts';
import type { BrokerNames } from '../names/broker-names.ts';
import type { LogicalClock } from './clock.ts';
import {
  askedHeartbeat,
  EVENT_BATCH,
  EVENT_EXCHANGE,
  type EventMessage,
  HEARTBEAT_SECONDS,
  makeEvent,
  type TaskEventType,
  workerEvent,
  writeEvent,
  writeEvents,
} from './event.ts';

/** The release of Celery that our events, results and answers look like. */
export const SPOKEN_VERSION = '5.7.0';

/** Tells whoever listens what the worker does. Nothing waits for it, and nothing fails by it. */
export type EventSender = {
  /** Whether events of tasks are sent; those of the worker always are. */
  tasks: boolean;
  task(type: TaskEventType, fields: () => Fields): void;
  heartbeat(asked?: boolean): void;
  /** Says that the worker is there, and goes on saying so. Disposing it says goodbye. */
  start(facts: () => { active: number; processed: number }): AsyncDisposable;
};

/** While nobody can be told, this much is kept to tell. */
const MOST_WAITING = 1_000;

const nothingYet = (): { active: number; processed: number } => ({ active: 0, processed: 0 });

export const createEventSender = ({
  redis,
  names,
  clock,
  hostname,
  tasks,
  newTag,
}: {
  redis: Redis;
  names: BrokerNames;
  clock: LogicalClock;
  hostname: string;
  tasks: boolean;
  newTag(): string;
}): EventSender => {
  let facts = nothingYet;
  let waiting: Fields[] = [];
  let flushing = false;

  const made = (type: string, fields: Fields) =>
    makeEvent(type, fields, {
      hostname,
      pid: process.pid,
      clock: clock.forward(),
      nowMs: Date.now(),
    });

  const publish = async ({ routingKey, text }: EventMessage) => {
    if (redis.status !== 'ready') return;
    await redis
      .publish(names.fanoutChannel(EVENT_EXCHANGE, routingKey), text)
      .catch(() => undefined);
  };

  const flush = () => {
    flushing = false;
    if (redis.status !== 'ready') {
      waiting = waiting.slice(-MOST_WAITING);
      return;
    }
    const events = waiting;
    waiting = [];
    for (let at = 0; at < events.length; at += EVENT_BATCH) {
      void publish(writeEvents(events.slice(at, at + EVENT_BATCH), hostname, newTag()));
    }
  };

  const ofWorker = (type: string) => {
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    const load = [one, five, fifteen] as const;
    const fields = workerEvent({ ...facts(), loadavg: load, version: SPOKEN_VERSION });
    return publish(writeEvent(made(type, fields), hostname, newTag()));
  };

  const sender: EventSender = {
    tasks,
    task(type, fields) {
      if (!sender.tasks) return;
      waiting.push(made(type, fields()));
      if (flushing) return;
      flushing = true;
      setImmediate(flush);
    },
    heartbeat(asked = false) {
      const event = asked
        ? publish(
            writeEvent(
              made('worker-heartbeat', askedHeartbeat(SPOKEN_VERSION)),
              hostname,
              newTag(),
            ),
          )
        : ofWorker('worker-heartbeat');
      void event;
    },
    start(read) {
      facts = read;
      void ofWorker('worker-online');
      const beating = setInterval(() => sender.heartbeat(), HEARTBEAT_SECONDS * 1_000);
      return {
        async [Symbol.asyncDispose]() {
          clearInterval(beating);
          flush();
          await ofWorker('worker-offline');
        },
      };
    },
  };
  return sender;
};
