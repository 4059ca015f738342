import type { Logger } from '@shared/service';
import type { Redis } from 'ioredis';
import type { TaskMessage } from '../message/task-message.ts';
import type { BrokerNames } from '../names/broker-names.ts';
import { createResultNames } from '../names/result-names.ts';
import type { OutcomeContext } from '../outcome/context.ts';
import type { Effect, Plan } from '../outcome/effects.ts';
import { createOutcomeStore } from '../outcome/outcome-store.ts';
import type { Notes } from './notes.ts';
import type { ResolvedSideOptions } from './options.ts';

/** Carries out a plan, however long that takes: what the programs are told is never left half said. */
export type Tell = (
  plan: Plan,
  about: { message: TaskMessage; notes: Pick<Notes, 'source'>; context: OutcomeContext },
  /** Of a message that is held until this is done. */
  tag?: string,
) => Promise<void>;

/** Stores effects that belong to no task that ran here; `name` as of a plan. */
export type Write = (name: string, effects: Effect[]) => Promise<void>;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** What no waiting cures, such as a key of another type. */
const HOPELESS = /^(WRONGTYPE|NOPERM|ERR|NOAUTH|WRONGPASS)/;

export const createTell = ({
  options,
  prefix,
  broker,
  backend,
  names,
  log,
}: {
  options: ResolvedSideOptions;
  prefix: string;
  broker: Redis;
  backend: Redis;
  names: BrokerNames;
  log: Logger;
}): { tell: Tell; write: Write } => {
  const isOne =
    options.broker.shown.replace(/\/\d+$/, '') === options.backend.shown.replace(/\/\d+$/, '');
  const store = createOutcomeStore({
    broker: { redis: broker, names, db: options.broker.db },
    results: {
      redis: isOne ? null : backend,
      names: createResultNames(options.results),
      db: options.backend.db,
    },
    expiresSeconds: options.resultExpires,
    isChordOrdered: options.chordOrdered,
    prefix,
  });

  const tell: Tell = async (plan, { message, notes, context }, tag) => {
    // Two messages of one id are two tasks: what was done for one must be done for the other.
    const own = { ...plan, name: `${plan.name}:${notes.source}` };
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await store.execute(own, message, context, tag === undefined ? undefined : { tag });
        return;
      } catch (error) {
        log.warn({ taskId: message.id, error }, 'celery outcome could not be stored');
        if (error instanceof Error && HOPELESS.test(error.message)) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };

  return {
    tell,
    // Of the message only chords are asked, and there is none among these effects.
    write: async (name, effects) =>
      void (await store.execute({ name, effects }, undefined as never, undefined as never)),
  };
};
