import type { JobFailure } from '@shared/contracts';
import { childTraceParent } from '@shared/service';
import type { NewJob } from '../engine/add-batch.ts';
import type { Envelope } from '../envelope.ts';
import { derivedJobId } from '../job-id.ts';
import type { StoredFollowUp, StoredFollowUps } from './store.ts';

/** What a job came to when it ended for good. */
export type Ending = { kind: 'success'; value: unknown } | { kind: 'failure'; value: JobFailure };

/** The job that something follows. */
export type Predecessor = {
  id: string;
  /** In ms since the epoch. */
  enqueuedAt: number;
  /** How often it was redriven: each time it ends anew. */
  round: number;
  trace: string | undefined;
};

const listOf = (followUps: StoredFollowUps, kind: Ending['kind']): readonly StoredFollowUp[] =>
  followUps[kind] ?? [];

/** Fixed by the job that has ended, so that what is sent twice is one job. */
const idOf = ({ id, enqueuedAt, round }: Predecessor, queue: string, kind: string, nth: number) =>
  derivedJobId(queue, enqueuedAt, [id, round, kind, nth]);

/** The jobs that follow. */
export const makeFollowUps = (
  predecessor: Predecessor,
  followUps: StoredFollowUps,
  { kind, value }: Ending,
): NewJob[] =>
  listOf(followUps, kind).map(
    ({ queue, task, enginePriority, lane, indexedUnder, delayMs, envelope, input }, nth) => {
      const now = Date.now();
      const trace =
        predecessor.trace === undefined ? {} : { trace: childTraceParent(predecessor.trace) };
      const made: Envelope = { ...envelope, ...trace, payload: payloadOf(envelope, input, value) };
      return {
        queue,
        id: idOf(predecessor, queue, kind, nth),
        task,
        data: JSON.stringify(made),
        enginePriority,
        enqueuedAt: now,
        dueAt: delayMs === 0 ? 0 : now + delayMs,
        lane,
        indexedUnder,
        foreign: false,
        again: false,
      };
    },
  );

/** Where all of them would be, whatever the job comes to. */
export const placesOfFollowUps = (
  predecessor: Predecessor,
  followUps: StoredFollowUps,
): { queue: string; id: string }[] =>
  (['success', 'failure'] as const).flatMap((kind) =>
    listOf(followUps, kind).map(({ queue }, nth) => ({
      queue,
      id: idOf(predecessor, queue, kind, nth),
    })),
  );

const payloadOf = ({ payload }: Partial<Envelope>, input: string | undefined, value: unknown) => {
  if (payload === undefined) return value ?? null;
  return input === undefined ? payload : { ...Object(payload), [input]: value ?? null };
};
