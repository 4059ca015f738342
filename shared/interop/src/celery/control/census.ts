import type { Attempt, Worker } from '@shared/queue';
import type { TaskMessage } from '../message/task-message.ts';
import { type Messages, type Notes, readNotes } from '../side/notes.ts';

/** A task of a Celery program that runs in this process. */
export type ActiveTask = {
  attempt: Attempt;
  notes: Notes;
  message: TaskMessage;
  startedMs: number;
};

/** What this process has done and is doing for Celery programs. */
export type Census = {
  /** How many tasks of each name were started. */
  readonly totals: Readonly<Record<string, number>>;
  started(task: string): void;
  processed(): number;
  active(): ActiveTask[];
  serve(worker: Worker | null): void;
  /** Jobs that a command ended, and by which signal. */
  readonly terminated: Map<string, string>;
};

export const createCensus = (messages: Messages): Census => {
  const totals: Record<string, number> = {};
  let processed = 0;
  let worker: Worker | null = null;
  return {
    totals,
    terminated: new Map(),
    started(task) {
      totals[task] = (totals[task] ?? 0) + 1;
      processed += 1;
    },
    processed: () => processed,
    active: () =>
      (worker?.current() ?? []).flatMap(({ attempt, startedAt }) => {
        const notes = attempt.origin === 'celery' ? readNotes(attempt.foreign) : undefined;
        if (notes === undefined) return [];
        const message = messages.of(attempt, notes);
        return [{ attempt, notes, message, startedMs: startedAt.getTime() }];
      }),
    serve: (served) => {
      worker = served;
    },
  };
};
