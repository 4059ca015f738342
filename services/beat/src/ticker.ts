import type { Producer } from '@shared/queue';
import { dueTick, type Ledger, nextTick, type ScheduleEntry, tickId } from '@shared/schedule';
import type { Logger } from '@shared/service';

/** Enqueues what is due; what only the leader does. */
export type Ticker = {
  /**
   * Enqueues the newest tick of every entry that has one since the last time.
   *
   * @param confirm asked before each tick is enqueued; once it says no, nothing more is.
   */
  enqueueDue(now: Date, confirm: () => Promise<boolean>): Promise<void>;
  /** Forgets what was enqueued: somebody else may have gone on from there. */
  forget(): void;
};

export type TickListener = (tick: { entry: ScheduleEntry; due: Date }) => void;

/**
 * @param options.onTimeMs how late a tick is still on time: as late as a takeover can make it. Later
 *   ones are enqueued only for entries that catch up.
 */
export const createTicker = ({
  schedule,
  ledger,
  producer,
  onTimeMs,
  onTick,
  log,
}: {
  schedule: readonly ScheduleEntry[];
  ledger: Ledger;
  producer: Pick<Producer, 'enqueue'>;
  onTimeMs: number;
  onTick: TickListener;
  log: Logger;
}): Ticker => {
  /** By entry, the first tick that nobody has dealt with. */
  const upcoming = new Map<string, Date>();

  const settle = async (entry: ScheduleEntry, due: Date) => {
    await ledger.record(entry, due);
    upcoming.set(entry.name, nextTick(entry, due));
  };

  /** Goes on where the last leader stopped; an entry that is new begins with its next tick. */
  const takeOver = async (entry: ScheduleEntry, now: Date) => {
    const last = await ledger.lastTick(entry);
    if (last === undefined) await settle(entry, dueTick(entry, now));
    else upcoming.set(entry.name, nextTick(entry, last));
  };

  const enqueue = async (entry: ScheduleEntry, due: Date, lateMs: number) => {
    const job = await producer.enqueue(entry.task, entry.payload, {
      ...entry.options,
      id: tickId(entry, due),
      origin: 'beat',
    });
    const { id: jobId, duplicate } = job;
    log.info({ entry: entry.name, due, lateMs, jobId, duplicate }, 'tick enqueued');
    onTick({ entry, due });
  };

  /** @returns false if this beat does not lead any more. */
  const deal = async (entry: ScheduleEntry, now: Date, confirm: () => Promise<boolean>) => {
    if (!upcoming.has(entry.name)) await takeOver(entry, now);
    const next = upcoming.get(entry.name);
    if (next === undefined || now < next) return true;

    const due = dueTick(entry, now);
    const lateMs = now.getTime() - due.getTime();
    if (lateMs > onTimeMs && entry.catchUp === 'none') {
      log.warn({ entry: entry.name, due, lateMs }, 'tick missed');
    } else {
      if (!(await confirm())) return false;
      await enqueue(entry, due, lateMs);
    }
    await settle(entry, due);
    return true;
  };

  return {
    async enqueueDue(now, confirm) {
      for (const entry of schedule) {
        try {
          if (!(await deal(entry, now, confirm))) return;
        } catch (error) {
          // The entry stays due and is tried again in a second; the others need not wait for it.
          log.error({ error, entry: entry.name }, 'tick not enqueued');
        }
      }
    },
    forget: () => upcoming.clear(),
  };
};
