import type { Host } from '../../host/side.ts';
import { redelivered, writeEnvelope } from '../message/envelope.ts';
import type { SideParts } from '../side/parts.ts';
import { createDispatch } from './dispatch.ts';
import { createHandOver } from './hand-over.ts';
import type { Held } from './held.ts';
import { createIntake } from './intake.ts';
import { createReceiver } from './receive.ts';
import { createReservations } from './reservations.ts';
import { type Delivery, openUnacked } from './unacked.ts';
import { watchLists } from './watch-lists.ts';

/** With as many as there are, a process still takes a bite at a time. */
const AS_MANY_AS_THERE_ARE = 10_000;

/**
 * Takes tasks from the queues, holds those that must wait, and makes jobs of the others. Disposing it gives
 * back what is held.
 */
export const openConsumer = (parts: SideParts, host: Host): AsyncDisposable => {
  const { options, log, names, broker, connect } = parts;
  const { room, worker } = host;
  const unacked = openUnacked(broker, names, `${parts.processId}.`);
  const receiver = createReceiver(parts, host, unacked);
  const reservations = createReservations({ pass: () => 0, onReady: () => dispatch.look() });

  const limit = () => {
    if (worker === null) return room.free();
    const { prefetchMultiplier } = options;
    return prefetchMultiplier === 0
      ? AS_MANY_AS_THERE_ARE
      : worker.concurrency * prefetchMultiplier;
  };

  const receive = (delivery: Delivery) => {
    const held = receiver.receive(delivery);
    if (held !== undefined) reservations.add(held);
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
    timeLimitOf: () => ({ soft: null, hard: null }),
  });
  const dispatch = createDispatch({ reservations, room, hand, onHanded: intake.look, log });
  const refreshing = setInterval(
    () => void unacked.refresh(reservations.tags()).catch(() => undefined),
    (options.visibilityTimeout * 1_000) / 4,
  );
  intake.look();

  return {
    async [Symbol.asyncDispose]() {
      await intake.end();
      await dispatch.end();
      await receiver.idle();
      clearInterval(refreshing);
      const held = reservations.all();
      reservations[Symbol.dispose]();
      // The newest first: each is put in front of those before it.
      await unacked.restore(held.reverse().map(asRestored));
    },
  };
};

const asRestored = ({ delivery: { tag, list }, message }: Held) => ({
  tag,
  list,
  message: writeEnvelope(redelivered(message.envelope)),
});
