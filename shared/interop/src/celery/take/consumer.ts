import type { Host } from '../../host/side.ts';
import { taskEvent } from '../events/event.ts';
import { redelivered, writeEnvelope } from '../message/envelope.ts';
import type { SideParts } from '../side/parts.ts';
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

/** What takes tasks for this process, as commands see and steer it. */
export type Consumer = AsyncDisposable & {
  queues(): readonly string[];
  /** Takes from another queue, bound to an exchange as Celery's workers bind it. */
  add(queue: string, bound: { exchange: string; routingKey: string }): void;
  remove(queue: string): void;
  /** How many messages may be held. */
  limit(): number;
  /** Those that wait for a slot, and those that wait for their time. */
  ready(): Held[];
  scheduled(): Held[];
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

  const limit = () => {
    if (worker === null) return room.free();
    const { prefetchMultiplier } = options;
    return prefetchMultiplier === 0
      ? AS_MANY_AS_THERE_ARE
      : worker.concurrency * prefetchMultiplier;
  };

  const receive = (delivery: Delivery) => {
    const held = receiver.receive(delivery);
    if (held === undefined) return;
    parts.events.task('task-received', () => taskEvent.received(held.message));
    reservations.add(held);
  };

  const intake = createIntake({
    unacked,
    names,
    watch: (onFilled) => watchLists((list) => connect(`wait:${list}`), onFilled),
    queues: options.queues,
    order: options.queueOrder,
    room: () => limit() - reservations.count(),
    receive,
    log,
  });
  const hand = createHandOver(parts, host, {
    unacked,
    receiver,
    timeLimitOf: parts.limits.timeOf,
  });
  const dispatch = createDispatch({ reservations, room, hand, onHanded: intake.look, log });
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
  const bind = async (queue: string, { exchange, routingKey }: Parameters<Consumer['add']>[1]) => {
    const member = names.writeBinding({ routingKey, pattern: '', queue });
    await broker.sadd(names.bindingKey(exchange), member);
  };
  const declare = (queue: string, bound: Parameters<Consumer['add']>[1]) => {
    bind(queue, bound).catch((error: unknown) => log.warn({ queue, error }, 'queue was not bound'));
  };
  for (const queue of options.queues) declare(queue, { exchange: queue, routingKey: queue });

  return {
    queues: () => intake.queues,
    add(queue, bound) {
      declare(queue, bound);
      intake.add(queue);
    },
    remove: intake.remove,
    limit,
    ready: reservations.ready,
    scheduled: reservations.scheduled,
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
