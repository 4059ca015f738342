import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { InvalidOptionError } from '@shared/errors';
import { connectRedis } from '@shared/queue';
import type { Logger } from '@shared/service';
import { Redis } from 'ioredis';
import { createCanvas } from '../canvas/apply.ts';
import type { CanvasEffect } from '../canvas/effects.ts';
import type { Options, Signature } from '../canvas/signature.ts';
import { createClock } from '../events/clock.ts';
import { EVENT_EXCHANGE, makeEvent, writeEvent } from '../events/event.ts';
import { fromJs } from '../json/from-js.ts';
import type { Dialect } from '../message/compose-task.ts';
import { createBrokerNames, type BrokerOptions } from '../names/broker-names.ts';
import { createResultNames, type ResultOptions } from '../names/result-names.ts';
import { createEffectStore } from '../outcome/effect-store.ts';
import {
  createResultReader,
  type AsyncResult,
  type GroupResult,
  type Result,
} from '../results/result-reader.ts';
import { pythonOptions, signature, type CallOptions } from './call-options.ts';

export type CeleryOptions = {
  /** Where Celery's queues are, as in `redis://host/0`. */
  brokerUrl: string;
  /** Where its results are. Default in the broker's database. */
  resultUrl?: string;
  /** `broker_transport_options`. */
  broker?: Omit<BrokerOptions, 'db'>;
  /** `result_backend_transport_options`. */
  results?: ResultOptions;
  /** Seconds that chord sizes and saved groups stay. Default a day. */
  expiresSeconds?: number;
  /** Default `celery`. */
  defaultQueue?: string;
  /** The oldest release among the workers: 5.2 cannot read tagged dates, Decimal, UUID and bytes. Default 5.7. */
  dialect?: Dialect;
  /** Options that a task has when its caller gives none, as `task_routes` and the task itself would say. */
  optionsOf?: (task: string) => CallOptions | undefined;
  /** `task_send_sent_event`. Default false. */
  sendSentEvents?: boolean;
  log?: Logger;
};

/** Sends tasks to Python workers, and waits for their results. */
export type Celery = AsyncDisposable & {
  /** As `send_task`: `celery.enqueue('proj.tasks.add', [2, 3], { countdown: 10 })`. */
  enqueue(task: string, args?: readonly unknown[], options?: CallOptions): Promise<AsyncResult>;
  /** Sends a signature, chain, group or chord. */
  apply(canvas: Signature, args?: readonly unknown[], options?: CallOptions): Promise<Result>;
  result(id: string): AsyncResult;
  restoreGroup(groupId: string): Promise<GroupResult | null>;
  deleteGroup(groupId: string): Promise<void>;
};

/**
 * Connects to the broker and result store of a Celery application.
 *
 * @throws {InvalidOptionError} for an address that is no single Redis server.
 */
export const openCelery = (options: CeleryOptions): Celery => {
  const { defaultQueue = 'celery', dialect = '5.7', log, sendSentEvents = false } = options;
  const broker = connect(options.brokerUrl, 'brokerUrl', log);
  const isShared =
    options.resultUrl === undefined || sameServer(options.brokerUrl, options.resultUrl);
  const results = isShared ? broker : connect(options.resultUrl ?? '', 'resultUrl', log);
  const brokerDb = broker.options.db ?? 0;
  const resultDb = options.resultUrl === undefined ? brokerDb : dbOf(options.resultUrl);
  const names = createBrokerNames({ ...options.broker, db: brokerDb });
  const resultNames = createResultNames(options.results);
  const { expiresSeconds } = options;
  const store = createEffectStore({
    broker: { redis: broker, names, db: brokerDb },
    results: { redis: isShared ? null : results, names: resultNames, db: resultDb },
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
    prefix: 'taskyard',
  });
  const reader = createResultReader({
    redis: results,
    names: resultNames,
    db: resultDb,
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
  });
  const origin = `gen${process.pid}@${hostname()}`;
  const replyTo = randomUUID();
  const clock = createClock();

  const tell = async (effects: readonly CanvasEffect[]) => {
    for (const effect of effects) {
      if (effect.kind !== 'publish') continue;
      const teller = {
        hostname: origin,
        pid: process.pid,
        clock: clock.forward(),
        nowMs: Date.now(),
      };
      const event = makeEvent('task-sent', effect.publication.sentEvent, teller);
      const { routingKey, text } = writeEvent(event, origin, randomUUID());
      await broker.publish(names.fanoutChannel(EVENT_EXCHANGE, routingKey), text);
    }
  };

  const apply = async (
    canvas: Signature,
    args: readonly unknown[] = [],
    given: CallOptions = {},
  ): Promise<Result> => {
    const { kwargs = {}, ...others } = given;
    const sender = createCanvas({
      nowMs: performance.timeOrigin + performance.now(),
      newId: randomUUID,
      origin,
      replyTo,
      defaultQueue,
      dialect,
      optionsOf: defaultsOf(options.optionsOf),
    });
    const node = sender.apply(canvas, {
      args: args.map((arg, index) => fromJs(arg, `args[${index}]`)),
      kwargs: new Map(
        Object.entries(kwargs).map(([name, value]) => [name, fromJs(value, name)] as const),
      ),
      options: pythonOptions(others),
    });
    await store.run('', await store.operationsOf(sender.effects));
    // Like all events they may get lost: a task that was sent is not sent again because of one.
    if (sendSentEvents)
      await tell(sender.effects).catch((error: unknown) => log?.warn({ error }, 'event not sent'));
    return reader.resultOf(node);
  };

  return {
    async enqueue(task, args = [], given = {}) {
      const result = await apply(signature(task, args, given));
      return result as AsyncResult; // One task has one result.
    },
    apply,
    result: reader.result,
    restoreGroup: reader.restoreGroup,
    deleteGroup: reader.deleteGroup,
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]();
      broker.disconnect();
      if (results !== broker) results.disconnect();
    },
  };
};

const defaultsOf =
  (given: CeleryOptions['optionsOf']) =>
  (task: string): Options | undefined => {
    const found = given?.(task);
    return found === undefined ? undefined : pythonOptions(found);
  };

const connect = (url: string, option: string, log: Logger | undefined): Redis => {
  const redis = connectRedis({
    url,
    name: 'taskyard:celery',
    ...(log === undefined ? {} : { log }),
  });
  if (redis instanceof Redis) return redis;
  redis.disconnect();
  throw new InvalidOptionError(
    option,
    'Celery keeps its queues in one Redis server',
    'Name that one.',
  );
};

const dbOf = (url: string): number => {
  const { pathname, searchParams } = new URL(url);
  return Number(searchParams.get('db') ?? pathname.replaceAll('/', '')) || 0;
};

/** Whether two addresses differ in their database only. */
const sameServer = (one: string, other: string): boolean => {
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && a.host === b.host && a.username === b.username;
};
