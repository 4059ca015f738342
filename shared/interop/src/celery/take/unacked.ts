import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { BrokerNames } from '../names/broker-names.ts';

/** A message that this process took and has not acknowledged. */
export type Delivery = {
  /** What it is held by. */
  tag: string;
  /** The queue it came from, and the list. */
  queue: string;
  list: string;
  /** As it lay in the queue. */
  message: string;
};

/** kombu's bookkeeping of messages that are held: nothing taken is lost, whoever dies. */
export type Unacked = {
  /** The oldest of the most urgent, from queues in this order. */
  take(queues: readonly string[], most: number): Promise<Delivery[]>;
  /** Forgets messages; those that came in the same turn of the event loop go together. */
  ack(tag: string): Promise<void>;
  /** Resolves when all that was to be forgotten is. */
  idle(): Promise<void>;
  /** Gives messages back: in front, so that they are next, unless they go to the back. */
  restore(
    messages: readonly { tag: string; list: string; message: string; expected?: string }[],
    place?: 'front' | 'back',
  ): Promise<number>;
  /** Says that these are still held, so that nobody thinks their holder dead. */
  refresh(tags: readonly string[]): Promise<void>;
  /** The text of an entry of somebody's: `[message, exchange, routing key]`. */
  entry(tag: string): Promise<string | null>;
  /** What everybody held longest ago, up to a moment in seconds. */
  heldBefore(seconds: number, most: number): Promise<string[]>;
};

const script = (name: string) => readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8');

type Command = (...args: (string | number)[]) => Promise<unknown>;

const define = (redis: Redis, name: string): Command => {
  const command = `taskyard_celery_${name}`;
  redis.defineCommand(command, { lua: script(name) });
  // ioredis adds defined commands to the instance, which its types cannot know.
  return (redis as unknown as Record<string, Command>)[command]!.bind(redis);
};

/** How many tags a command is given at most. */
const CHUNK = 500;

/** @param tags what the tags of this process start with. */
export const openUnacked = (redis: Redis, names: BrokerNames, tags: string): Unacked => {
  const takeScript = define(redis, 'take');
  const restoreScript = define(redis, 'restore');
  let taken = 0;
  const acks = createAcks(redis, names);

  return {
    async take(queues, most) {
      const places = names.steps.flatMap((step) =>
        queues.map((queue) => ({ queue, list: names.queueKey(queue, step) })),
      );
      const number = taken;
      taken += most;
      const found = (await takeScript(
        places.length + 2,
        names.unacked,
        names.unackedIndex,
        ...places.map(({ list }) => list),
        most,
        tags,
        number,
        ...places.map(({ queue }) => queue),
      )) as (string | number)[]; // As take.lua says.
      return readTaken(found, places);
    },
    ack: acks.add,
    idle: acks.idle,
    async restore(messages, place = 'front') {
      if (messages.length === 0) return 0;
      const restored = await restoreScript(
        messages.length + 2,
        names.unacked,
        names.unackedIndex,
        ...messages.map(({ list }) => list),
        place === 'front' ? 'RPUSH' : 'LPUSH',
        ...messages.flatMap(({ tag, expected = '', message }) => [tag, expected, message]),
      );
      return Number(restored);
    },
    async refresh(all) {
      for (let at = 0; at < all.length; at += CHUNK) {
        const now = (Date.now() / 1_000).toFixed(6);
        const pairs = all.slice(at, at + CHUNK).flatMap((tag) => [now, tag]);
        await redis.zadd(names.unackedIndex, 'XX', ...pairs);
      }
    },
    entry: (tag) => redis.hget(names.unacked, tag),
    heldBefore: (seconds, most) =>
      redis.zrangebyscore(names.unackedIndex, '-inf', seconds, 'LIMIT', 0, most),
  };
};

const readTaken = (
  found: readonly (string | number)[],
  places: readonly { queue: string; list: string }[],
): Delivery[] =>
  Array.from({ length: found.length / 3 }, (_, at) => {
    const { queue = '', list = '' } = places[Number(found[at * 3]) - 1] ?? {};
    return { queue, list, tag: String(found[at * 3 + 1]), message: String(found[at * 3 + 2]) };
  });

const createAcks = (redis: Redis, names: BrokerNames) => {
  let pending: string[] = [];
  let sending: Promise<void> | undefined;
  const open = new Set<Promise<void>>();

  const send = async () => {
    // What else this turn of the event loop acknowledges goes along.
    await new Promise((resolve) => setImmediate(resolve));
    const tags = pending;
    pending = [];
    sending = undefined;
    await redis
      .multi()
      .zrem(names.unackedIndex, ...tags)
      .hdel(names.unacked, ...tags)
      .exec();
  };

  const begin = () => {
    const begun = send();
    open.add(begun);
    const end = () => void open.delete(begun);
    begun.then(end, end);
    return begun;
  };

  return {
    add: (tag: string): Promise<void> => {
      pending.push(tag);
      sending ??= begin();
      return sending;
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open);
    },
  };
};
