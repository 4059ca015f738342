import type { Logger } from '@shared/service';
import type { Room } from '../../host/room.ts';
import type { Held } from './held.ts';
import type { Reservations } from './reservations.ts';

/** Hands held tasks to the platform as it has room. */
export type Dispatch = {
  look(): void;
  /** Starts nothing more; resolves when those that are being handed over have been. */
  end(): Promise<void>;
};

const AFTER_AN_ERROR_MS = 500;

export const createDispatch = ({
  reservations,
  room,
  hand,
  onHanded,
  log,
}: {
  reservations: Reservations;
  room: Room;
  /** @returns the job's id; undefined if there is nothing to run. */
  hand(held: Held): Promise<string | undefined>;
  onHanded(): void;
  log: Logger;
}): Dispatch => {
  const stop = new AbortController();
  const handing = new Set<Promise<void>>();
  let waiting = false;

  const handOver = async (held: Held) => {
    try {
      const jobId = await hand(held);
      if (jobId !== undefined) room.took([jobId]);
    } catch (error) {
      log.warn({ taskId: held.message.id, error }, 'celery task could not be handed over');
      reservations.returnToFront([held]);
      await new Promise((resolve) => setTimeout(resolve, AFTER_AN_ERROR_MS));
    }
  };

  const waitForRoom = () => {
    if (waiting || stop.signal.aborted) return;
    waiting = true;
    void room.change(stop.signal).then(() => {
      waiting = false;
      onHanded();
      look();
    });
  };

  const look = () => {
    if (stop.signal.aborted) return;
    const free = room.free() - handing.size;
    for (const held of free > 0 ? reservations.next(free) : []) {
      const done: Promise<void> = handOver(held).finally(() => {
        handing.delete(done);
        onHanded();
        look();
      });
      handing.add(done);
    }
    if (room.free() - handing.size <= 0) waitForRoom();
  };

  return {
    look,
    async end() {
      stop.abort();
      while (handing.size > 0) await Promise.all(handing);
    },
  };
};
