import type { Host } from '../../host/side.ts';
import { taskEvent } from '../events/event.ts';
import { redelivered, writeEnvelope } from '../message/envelope.ts';
import { kombuPattern } from '../names/broker-names.ts';
import type { SideParts } from '../side/parts.ts';
import { sharesServer } from '../broker/shares-server.ts';
import { createDispatch } from './dispatch.ts';
import { createHandOver } from './hand-over.ts';
import type { Held } from './held.ts';
import { createIntake } from './intake.ts';
import { createReceiver } from './receive.ts';
import { openHolders, sweepRegularly } from './sweep.ts';
import { createReservations } from './reservations.ts';
import { type Delivery, openUnacked } from './unacked.ts';
import { watchLists } from './watch-lists.ts';

/** With as many as there are, a process still takes a bite at a time. */
const AS_MANY_AS_THERE_ARE = 10_000;

/** A queue, and how messages get into it. */
export type Source = { queue: string; exchange: string; exchangeType: string; routingKey: string };

const directly = (queue: string): Source => ({
  queue,
  exchange: queue,
  exchangeType: 'direct',
  routingKey: queue,
});

/** What takes tasks for this process, as commands see and steer it. */
export type Consumer = AsyncDisposable & {
  queues(): readonly Source[];
  /** Takes from another queue, bound to an exchange as Celery's workers bind it. */
  add(source: Source): void;
  remove(queue: string): void;
  /** How many messages may be held; 0 for as many as there are. */
  prefetch(): number;
  /** Those that wait for a slot, and those that wait for their time. */
  ready(): Held[];
  scheduled(): Held[];
  /** How many messages its queues have, and how many of those that it took could start. */
  waiting(): Promise<number>;
  /** Tells that something changed that may let more in, or start. */
  look(): void;
};

/**
 * Takes tasks from the queues, holds those that must wait, and makes jobs of the others. Disposing it gives
 * back what is held.
 */
export const openConsumer = (parts: SideParts, host: Host): Consumer => {
  const { options, log, names, broker, connect } = parts;
  const { room, worker } = host;
  const unacked = openUnacked(broker, names, `${parts.processId}.`);
  const receiver = createReceiver(parts, host, unacked);
  const reservations = createReservations({
    pass: ({ message }) => parts.limits.pass(message.task),
    onReady: () => dispatch.look(),
  });

  const prefetch = () =>
    worker === null ? room.free() : worker.concurrency * options.prefetchMultiplier;
  const limit = () =>
    worker !== null && options.prefetchMultiplier === 0 ? AS_MANY_AS_THERE_ARE : prefetch();

  const receive = (delivery: Delivery) => {
    const held = receiver.receive(delivery);
    if (held === undefined) return;
    parts.events.task('task-received', () => taskEvent.received(held.message));
    reservations.add(held);
  };

  const hand = createHandOver(parts, host, {
    unacked,
    receiver,
    timeLimitOf: parts.limits.timeOf,
  });

  /** Only the server that has both the messages and the jobs can do both in one step. */
  const canClaim = worker !== null && sharesServer(options.broker, host.producer.redis);
  const claim = async (found: Omit<Delivery, 'tag'>): Promise<number | undefined> => {
    if (!canClaim || room.free() <= 0 || reservations.count() > 0) return undefined;
    const held = receiver.peek({ ...found, tag: '' });
    const claimed = held && (await hand.claim(held));
    if (held === undefined || claimed === undefined) return undefined;
    parts.events.task('task-received', () => taskEvent.received(held.message));
    room.took([claimed.jobId]);
    return claimed.left;
  };

  const intake = createIntake({
    unacked,
    names,
    watch: (onFilled) => watchLists((list) => connect(`wait:${list}`), onFilled),
    queues: options.queues,
    order: options.queueOrder,
    room: () => limit() - reservations.count(),
    onFull: () => dispatch.look(),
    receive,
    claim,
    log,
  });
  const dispatch = createDispatch({
    reservations,
    room,
    hand: hand.hand,
    onHanded: intake.look,
    log,
  });
  const holders = openHolders(broker, {
    names,
    prefix: options.prefix,
    processId: parts.processId,
  });
  const { visibilityTimeout } = options;
  const sweeping = sweepRegularly({
    redis: broker,
    names,
    unacked,
    holders,
    visibilityTimeout,
    log,
  });
  const held = () => [
    ...reservations.tags(),
    ...parts.census.active().flatMap(({ notes: { tag } }) => tag ?? []),
  ];
  const refreshing = setInterval(
    () => void unacked.refresh(held()).catch(() => undefined),
    (visibilityTimeout * 1_000) / 4,
  );
  const sources = new Map<string, Source>();
  const bind = async ({ queue, exchange, exchangeType, routingKey }: Source) => {
    const pattern = exchangeType === 'topic' ? kombuPattern(routingKey) : '';
    const member = names.writeBinding({ routingKey, pattern, queue });
    await broker.sadd(names.bindingKey(exchange), member);
  };
  const declare = (source: Source) => {
    const { queue } = source;
    sources.set(queue, source);
    bind(source).catch((error: unknown) => log.warn({ queue, error }, 'queue was not bound'));
  };
  for (const queue of options.queues) declare(directly(queue));

  return {
    queues: () => intake.queues.map((queue) => sources.get(queue) ?? directly(queue)),
    add(source) {
      // One that is taken from already stays as it is bound.
      if (intake.queues.includes(source.queue)) return;
      declare(source);
      intake.add(source.queue);
    },
    remove: intake.remove,
    prefetch,
    ready: reservations.ready,
    scheduled: reservations.scheduled,
    async waiting() {
      const lists = intake.queues.flatMap(names.queueKeys);
      const lengths = await Promise.all(lists.map((list) => broker.llen(list)));
      return lengths.reduce((sum, length) => sum + length, reservations.ready().length);
    },
    look() {
      intake.look();
      dispatch.look();
    },
    async [Symbol.asyncDispose]() {
      await intake.end();
      await dispatch.end();
      await receiver.idle();
      await unacked.idle();
      clearInterval(refreshing);
      sweeping[Symbol.dispose]();
      const rest = reservations.all();
      reservations[Symbol.dispose]();
      // The newest first: each is put in front of those before it.
      await unacked.restore(rest.reverse().map(asRestored));
      await holders[Symbol.asyncDispose]();
    },
  };
};

const asRestored = ({ delivery: { tag, list }, message }: Held) => ({
  tag,
  list,
  message: writeEnvelope(redelivered(message.envelope)),
});
