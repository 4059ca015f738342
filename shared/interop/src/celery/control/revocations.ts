import type { Redis } from 'ioredis';
import type { PickleValue } from '../../pickle/index.ts';
import { writePythonJson } from '../json/write-json.ts';
import { listOrNull } from '../message/fields.ts';
import type { TaskMessage } from '../message/task-message.ts';

/**
 * Tasks that must not run. Celery's workers keep them in memory and lose them when all of them stop; ours
 * keep them in the broker as well.
 */
export type Revocations = {
  has(message: TaskMessage): boolean;
  ids(): string[];
  add(ids: readonly string[]): Promise<void>;
  /** Tasks that carry any of these stamps with any of these values. */
  addStamps(stamps: ReadonlyMap<string, readonly PickleValue[]>): Promise<void>;
  /** Reads what other processes, or earlier ones, were told. */
  load(): Promise<void>;
};

const KEPT_MS = 86_400_000;
const MOST = 50_000;

export const createRevocations = (redis: Redis, prefix: string): Revocations => {
  const idsKey = `${prefix}:celery:revoked`;
  const stampsKey = `${prefix}:celery:revoked-stamps`;
  const revoked = new Map<string, number>();
  /** Names, each with the JSON of its values. */
  const stamped = new Map<string, Set<string>>();

  const remember = (id: string, atMs: number) => {
    revoked.set(id, atMs);
    if (revoked.size <= MOST) return;
    const [oldest = ''] = revoked.keys();
    revoked.delete(oldest);
  };
  const rememberStamp = (name: string, value: string) => {
    const values = stamped.get(name) ?? new Set<string>();
    stamped.set(name, values.add(value));
  };

  const keep = async (key: string, members: readonly string[]) => {
    const now = Date.now();
    await redis
      .multi()
      .zadd(key, ...members.flatMap((member) => [now, member]))
      .zremrangebyscore(key, '-inf', now - KEPT_MS)
      .zremrangebyrank(key, 0, -MOST - 1)
      .pexpire(key, KEPT_MS)
      .exec();
  };

  const hasStamp = ({ stamps, stampedHeaders }: TaskMessage) =>
    stamped.size > 0 &&
    (stampedHeaders ?? []).some((name) => {
      const known = stamped.get(name);
      return known !== undefined && valuesOf(stamps?.get(name)).some((value) => known.has(value));
    });

  return {
    has: (message) => revoked.has(message.id) || hasStamp(message),
    ids: () => [...revoked.keys()],
    async add(ids) {
      for (const id of ids) remember(id, Date.now());
      if (ids.length > 0) await keep(idsKey, ids);
    },
    async addStamps(stamps) {
      const members = [...stamps].flatMap(([name, values]) =>
        values.map((value) => JSON.stringify([name, writePythonJson(value)])),
      );
      for (const [name, values] of stamps) {
        for (const value of values) rememberStamp(name, writePythonJson(value));
      }
      if (members.length > 0) await keep(stampsKey, members);
    },
    async load() {
      const since = Date.now() - KEPT_MS;
      const [ids, stamps] = await Promise.all([
        redis.zrangebyscore(idsKey, since, '+inf', 'WITHSCORES'),
        redis.zrangebyscore(stampsKey, since, '+inf'),
      ]);
      for (let at = 0; at < ids.length; at += 2) remember(ids[at] ?? '', Number(ids[at + 1]));
      for (const text of stamps) {
        const [name, value] = JSON.parse(text) as [string, string]; // As addStamps wrote it.
        rememberStamp(name, value);
      }
    },
  };
};

/** A stamp may be one value or several. */
export const stampValues = (value: PickleValue | undefined): PickleValue[] =>
  value === undefined ? [] : (listOrNull(value) ?? [value]);

const valuesOf = (value: PickleValue | undefined) =>
  stampValues(value).map((item) => writePythonJson(item));
