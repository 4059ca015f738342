import type { Redis } from 'ioredis';
import type { Publication } from '../message/compose-task.ts';
import { writeEnvelope } from '../message/envelope.ts';
import { boundQueues, type BrokerNames } from '../names/broker-names.ts';
import type { ResultNames } from '../names/result-names.ts';
import { writeGroupMeta } from '../results/meta.ts';
import type { ChordCount, Effect } from './effects.ts';
import { readIn, runEffects, type CountAnswer, type Operation } from './script.ts';

export type EffectStoreOptions = {
  broker: { redis: Redis; names: BrokerNames; db: number };
  /** Null redis: in the broker's server, so that everything goes into one script. */
  results: { redis: Redis | null; names: ResultNames; db: number };
  /** Seconds that results stay; 0 for ever. Default a day. */
  expiresSeconds?: number;
  /** `result_chord_ordered`; all workers must agree. Default true. */
  isChordOrdered?: boolean;
  /** In front of our own keys, which say what was carried out. */
  prefix: string;
  /** How long a repeated outcome is known as one. Default a day. */
  markerSeconds?: number;
};

/** Turns effects into operations on Redis, and runs those. */
export type EffectStore = {
  operationsOf(effects: readonly Effect[]): Promise<Operation[]>;
  /** All at once, unless they were run under this marker before; an empty one is never known. */
  run(
    marker: string,
    operations: readonly Operation[],
  ): Promise<{ isNew: boolean; counts: CountAnswer[] }>;
  /** A reading command among the results. */
  readResults(command: string, ...args: string[]): Promise<(string | null)[]>;
  /** Says that the body of a chord was sent. */
  firedKey(groupId: string): string;
};

const DAY_SECONDS = 86_400;

export const createEffectStore = (options: EffectStoreOptions): EffectStore => {
  const { broker, results, prefix, isChordOrdered = true } = options;
  const { expiresSeconds = DAY_SECONDS, markerSeconds = DAY_SECONDS } = options;
  const ttl = String(expiresSeconds);
  const resultRedis = results.redis ?? broker.redis;
  const declared = new Set<string>();

  const firedKey = (groupId: string) => `${prefix}:celery:done:chord ${groupId}`;

  const queuesOf = async ({ queue, exchange, routingKey }: Publication): Promise<string[]> => {
    if (queue !== null) return [queue];
    const key = broker.names.bindingKey(exchange);
    const members = await readIn(broker.redis, broker.db, 'SMEMBERS', key);
    const bindings = present(members).flatMap((member) => broker.names.readBinding(member) ?? []);
    return boundQueues(bindings, routingKey);
  };

  const publish = async (publication: Publication): Promise<Operation[]> => {
    const text = writeEnvelope(publication.envelope);
    const operations: Operation[] = [];
    for (const queue of await queuesOf(publication)) {
      if (publication.queue !== null && !declared.has(queue)) {
        declared.add(queue);
        const member = broker.names.writeBinding({ routingKey: queue, pattern: '', queue });
        operations.push(['bind', broker.names.bindingKey(queue), member]);
      }
      operations.push(['push', broker.names.queueKey(queue, publication.priority), text]);
    }
    return operations;
  };

  const countOperation = ({ groupId, taskId, index, member }: ChordCount): Operation => {
    const keys = results.names.chordKeys(groupId);
    const memberPrefix = `[1, ${JSON.stringify(taskId)}, `;
    return [
      ...(['count', keys.results, keys.added, keys.size] as const),
      firedKey(groupId),
      isChordOrdered ? '1' : '0',
      index === null ? '+inf' : String(index),
      memberPrefix,
      member,
      ttl,
    ];
  };

  const operationsOf = async (effect: Effect): Promise<Operation[]> => {
    if (effect.kind === 'publish') return publish(effect.publication);
    if (effect.kind === 'chord-count') return [countOperation(effect)];
    if (effect.kind === 'store' || effect.kind === 'store-unbegun') {
      return [[effect.kind, results.names.taskKey(effect.taskId), effect.meta, ttl]];
    }
    if (effect.kind === 'save-group') {
      const key = results.names.groupKey(effect.group.id);
      return [['keep', key, writeGroupMeta(effect.group), ttl]];
    }
    const keys = results.names.chordKeys(effect.groupId);
    return effect.kind === 'chord-grow'
      ? [['grow', keys.added, ttl]]
      : [['keep', keys.size, String(effect.size), ttl]];
  };

  const databases = { broker: String(broker.db), results: String(results.db) };

  /** In one script, or some for each server. */
  const run: EffectStore['run'] = (marker, operations) => {
    const call = { marker, markerSeconds, operations };
    if (results.redis !== null) return runApart(results.redis, marker, operations);
    const all = { ...databases, marker: databases.results };
    return runEffects(broker.redis, { ...call, databases: all });
  };

  /** What others wait for is there before what they are sent, and a message is given up last. */
  const runApart = async (
    resultServer: Redis,
    marker: string,
    operations: readonly Operation[],
  ) => {
    const runOn = async (redis: Redis, part: Part, db: string) => {
      const own = operations.filter(([name]) => PARTS[name] === part);
      if (own.length === 0 && part !== 'after') return undefined;
      // Each step is known by a marker of its own, but the one that says whether all was done before.
      const known =
        marker === '' || part === 'ack' ? '' : part === 'after' ? marker : `${marker} ${part}`;
      const dbs = { ...databases, marker: db };
      return runEffects(redis, { marker: known, markerSeconds, databases: dbs, operations: own });
    };
    await runOn(resultServer, 'before', databases.results);
    await runOn(broker.redis, 'send', databases.broker);
    const answer = await runOn(resultServer, 'after', databases.results);
    await runOn(broker.redis, 'ack', databases.broker);
    return answer ?? { isNew: true, counts: [] };
  };

  return {
    operationsOf: async (effects) => (await Promise.all(effects.map(operationsOf))).flat(1),
    run,
    readResults: (command, ...args) => readIn(resultRedis, results.db, command, ...args),
    firedKey,
  };
};

type Part = 'before' | 'send' | 'after' | 'ack';

const PARTS: Readonly<Record<string, Part>> = {
  keep: 'before',
  grow: 'before',
  push: 'send',
  bind: 'send',
  store: 'after',
  'store-unbegun': 'after',
  count: 'after',
  drop: 'after',
  ack: 'ack',
};

const present = (values: readonly (string | null)[]): string[] =>
  values.filter((value) => value !== null);
