import type { Redis } from 'ioredis';
import type { Publication } from '../message/compose-task.ts';
import { writeEnvelope } from '../message/envelope.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { boundQueues, type BrokerNames } from '../names/broker-names.ts';
import type { ResultNames } from '../names/result-names.ts';
import { readGroupMeta, writeGroupMeta } from '../results/meta.ts';
import type { OutcomeContext } from './context.ts';
import type { ChordCount, Effect, Plan } from './effects.ts';
import {
  joinSavedGroup,
  memberIds,
  planChord,
  readChordMembers,
  type ChordOutcome,
} from './plan-chord.ts';
import { readIn, runEffects, type Operation } from './script.ts';

export type OutcomeStoreOptions = {
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

/** A message to give up in the same step. */
export type Acknowledgement = { tag: string };

export type OutcomeStore = {
  /**
   * Carries out a plan, and the chords that it completes. Of two calls with plans of one name the second
   * does only what the first left undone. With one Redis server all effects of an outcome, the
   * acknowledgement included, are one script; with two, messages go out before results are stored.
   */
  execute(
    plan: Plan,
    message: TaskMessage,
    context: OutcomeContext,
    acknowledge?: Acknowledgement,
  ): Promise<{ isRepeated: boolean }>;
};

const DAY_SECONDS = 86_400;

export const createOutcomeStore = (options: OutcomeStoreOptions): OutcomeStore => {
  const { broker, results, prefix, isChordOrdered = true } = options;
  const { expiresSeconds = DAY_SECONDS, markerSeconds = DAY_SECONDS } = options;
  const ttl = String(expiresSeconds);
  const resultRedis = results.redis ?? broker.redis;
  const declared = new Set<string>();

  const outcomeKey = (name: string) => `${prefix}:celery:done:${name}`;
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
    if (effect.kind === 'store') {
      return [['store', results.names.taskKey(effect.taskId), effect.meta, ttl]];
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

  /** In one script, or one for each server. */
  const run = async (marker: string, operations: readonly Operation[]) => {
    const databases = { broker: String(broker.db), results: String(results.db) };
    if (results.redis === null) {
      const all = { ...databases, marker: String(broker.db) };
      return runEffects(broker.redis, { marker, markerSeconds, databases: all, operations });
    }
    const sent = operations.filter(([name]) => BROKER_OPERATIONS.has(name) && name !== 'ack');
    const acknowledged = operations.filter(([name]) => name === 'ack');
    const stored = operations.filter(([name]) => !BROKER_OPERATIONS.has(name));
    const call = { marker, markerSeconds };
    const own = { ...databases, marker: '' };
    if (sent.length > 0) {
      const its = { ...own, marker: String(broker.db) };
      await runEffects(broker.redis, { ...call, databases: its, operations: sent });
    }
    const its = { ...own, marker: String(results.db) };
    const answer = await runEffects(results.redis, { ...call, databases: its, operations: stored });
    if (acknowledged.length > 0) {
      await runEffects(broker.redis, {
        ...call,
        marker: '',
        databases: own,
        operations: acknowledged,
      });
    }
    return answer;
  };

  const readChord = async ({ groupId }: ChordCount): Promise<ChordOutcome> => {
    const keys = results.names.chordKeys(groupId);
    const read = (command: string, ...args: string[]) =>
      readIn(resultRedis, results.db, command, ...args);
    const [saved = null] = await read('MGET', results.names.groupKey(groupId));
    const group = saved === null ? null : readGroupMeta(saved);
    if (group === null) {
      const command = isChordOrdered ? 'ZRANGE' : 'LRANGE';
      return readChordMembers(present(await read(command, keys.results, '0', '-1')));
    }
    const ids = memberIds(group);
    const taskKeys = ids.map((id) => results.names.taskKey(id));
    const texts = ids.length === 0 ? [] : await read('MGET', ...taskKeys);
    return joinSavedGroup(group, new Map(ids.map((id, index) => [id, texts[index] ?? null])));
  };

  const finishChord = async (count: ChordCount, message: TaskMessage, context: OutcomeContext) => {
    const plan = planChord(count, await readChord(count), message, context);
    const keys = results.names.chordKeys(count.groupId);
    const drop: Operation = ['drop', keys.results, keys.added, keys.size];
    await carryOut(
      plan,
      { message, context, marker: firedKey(count.groupId) },
      plan.succeeded ? [drop] : [],
    );
  };

  type Run = { message: TaskMessage; context: OutcomeContext; marker: string };

  const carryOut = async (
    { effects }: Plan,
    { message, context, marker }: Run,
    more: readonly Operation[],
  ): Promise<{ isNew: boolean }> => {
    const operations = (await Promise.all(effects.map(operationsOf))).flat(1);
    const { isNew, counts } = await run(marker, [...operations, ...more]);
    const members = effects.filter((effect) => effect.kind === 'chord-count');
    for (const [index, { isReady }] of counts.entries()) {
      const member = members[index];
      if (isReady && member !== undefined) await finishChord(member, message, context);
    }
    return { isNew };
  };

  return {
    async execute(plan, message, context, acknowledge) {
      const { names } = broker;
      const marker = outcomeKey(plan.name);
      const ack: Operation[] =
        acknowledge === undefined
          ? []
          : [['ack', names.unackedIndex, names.unacked, acknowledge.tag]];
      // A chord is completed before the message is given up, so that a crash between the two repeats it.
      const hasChord = plan.effects.some(({ kind }) => kind === 'chord-count');
      const run = { message, context, marker };
      const { isNew } = await carryOut(plan, run, hasChord ? [] : ack);
      if (hasChord && ack.length > 0)
        await carryOut({ ...plan, effects: [] }, { ...run, marker: '' }, ack);
      return { isRepeated: !isNew };
    },
  };
};

const BROKER_OPERATIONS = new Set(['push', 'bind', 'ack']);

const present = (values: readonly (string | null)[]): string[] =>
  values.filter((value) => value !== null);
