import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { PlatformError } from '@shared/errors';
import type { Logger } from '@shared/service';
import { priorityOf, readUnackedEntry, redelivered, writeEnvelope } from '../message/envelope.ts';
import { boundQueues, type BrokerNames } from '../names/broker-names.ts';
import type { Unacked } from './unacked.ts';

const MUTEX_MS = 60_000;

/**
 * A sweep takes milliseconds. Who holds the mutex for longer has died; kombu would wait five minutes for it to lapse, and
 * nobody would be given back what the dead held. To sweep twice at a time is harmless.
 */
const ABANDONED_MS = 5_000;

/** In one go; the rest has its turn at the next sweep. */
const MOST = 1_000;

/** Only whoever took the mutex gives it back: it may have lapsed and be somebody else's. */
const RELEASE =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end";

export type Sweep = Disposable & { now(): Promise<void> };

/**
 * Gives back what is held by nobody any more: what has shown no sign of life for the visibility timeout,
 * whoever took it, as kombu's workers do; and what processes of ours held that have died, much sooner.
 */
export const sweepRegularly = ({
  redis,
  names,
  unacked,
  holders,
  visibilityTimeout,
  log,
}: {
  redis: Redis;
  names: BrokerNames;
  unacked: Unacked;
  holders: Holders;
  visibilityTimeout: number;
  log: Logger;
}): Sweep => {
  const queuesOf = async (exchange: string, routingKey: string): Promise<string[]> => {
    if (exchange === '') return [routingKey];
    const members = await redis.smembers(names.bindingKey(exchange));
    const bindings = members.flatMap((member) => names.readBinding(member) ?? []);
    return boundQueues(bindings, routingKey);
  };

  const restore = async (tag: string): Promise<void> => {
    const expected = await unacked.entry(tag);
    if (expected === null) {
      await redis.zrem(names.unackedIndex, tag);
      return;
    }
    try {
      const { envelope, exchange, routingKey } = readUnackedEntry(expected);
      const message = writeEnvelope(redelivered(envelope));
      const [first, ...others] = await queuesOf(exchange, routingKey);
      // An exchange that nothing is bound to any more: it stays held, where people find it.
      if (first === undefined) return;
      const list = (queue: string) => names.queueKey(queue, priorityOf(envelope));
      const restored = await unacked.restore([{ tag, list: list(first), message, expected }]);
      if (restored === 0) return;
      for (const queue of others) await redis.rpush(list(queue), message);
      log.warn({ tag, queue: first }, 'celery message given back: its holder is gone');
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      log.error({ tag, reason: error.why }, 'celery message cannot be given back');
    }
  };

  let seen = { token: '', sinceMs: 0 };

  const take = async (token: string): Promise<boolean> => {
    const taken = await redis.set(names.unackedMutex, token, 'PX', MUTEX_MS, 'NX');
    if (taken !== null) return true;
    const other = (await redis.get(names.unackedMutex)) ?? '';
    if (other !== seen.token) seen = { token: other, sinceMs: Date.now() };
    if (Date.now() - seen.sinceMs < ABANDONED_MS) return false;
    await redis.eval(RELEASE, 1, names.unackedMutex, other);
    return true;
  };

  const now = async () => {
    const token = randomUUID();
    if (!(await take(token))) return;
    try {
      const since = Date.now() / 1_000 - visibilityTimeout;
      const late = await unacked.heldBefore(since, MOST);
      const orphaned = await holders.orphaned();
      // The newest first: each is put in front of those before it.
      for (const tag of [...new Set([...late, ...orphaned.tags])].reverse()) await restore(tag);
      await orphaned.forget();
    } finally {
      await redis.eval(RELEASE, 1, names.unackedMutex, token);
    }
  };

  const safely = () =>
    now().catch((error: unknown) => log.warn({ error }, 'held celery messages were not looked at'));
  const everyMs = Math.min(Math.max((visibilityTimeout * 1_000) / 4, 1_000), 10_000);
  const timer = setInterval(() => void safely(), everyMs);
  void safely();
  return { now, [Symbol.dispose]: () => clearInterval(timer) };
};

/** Which processes of ours hold messages, and which of them are dead. */
export type Holders = AsyncDisposable & {
  /** What dead ones held, and how to forget them when that is given back. */
  orphaned(): Promise<{ tags: string[]; forget(): Promise<void> }>;
};

const SEEN_EVERY_MS = 5_000;
const DEAD_AFTER_MS = 20_000;

/**
 * kombu learns that a holder died when the visibility timeout is over, an hour unless told. Ours say that they
 * live, beside kombu's own keys.
 */
export const openHolders = (
  redis: Redis,
  { names, prefix, processId }: { names: BrokerNames; prefix: string; processId: string },
): Holders => {
  const key = `${prefix}:celery:holders`;
  const show = () => redis.zadd(key, Date.now(), processId).catch(() => undefined);
  const timer = setInterval(() => void show(), SEEN_EVERY_MS);
  void show();

  return {
    async orphaned() {
      const dead = await redis.zrangebyscore(key, '-inf', Date.now() - DEAD_AFTER_MS);
      const others = dead.filter((id) => id !== processId);
      const tags: string[] = [];
      if (others.length > 0) {
        for (const tag of await redis.hkeys(names.unacked)) {
          if (others.some((id) => tag.startsWith(`${id}.`))) tags.push(tag);
        }
      }
      return {
        // By their numbers, which grow with time.
        tags: tags.sort((a, b) => numberOf(a) - numberOf(b)),
        forget: async () => {
          if (others.length > 0) await redis.zrem(key, ...others);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await redis.zrem(key, processId).catch(() => undefined);
    },
  };
};

const numberOf = (tag: string) => Number(tag.slice(tag.lastIndexOf('.') + 1));
