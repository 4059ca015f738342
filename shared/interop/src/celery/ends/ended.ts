import type { Attempt } from '@shared/queue';
import type { ResultNode } from '../canvas/result-node.ts';
import type { Verdict } from '../handler/verdict.ts';
import type { TaskMessage } from '../message/task-message.ts';
import type { OutcomeContext } from '../outcome/context.ts';
import type { Notes } from '../side/notes.ts';

/** A run of a Celery job in this process, until it is settled. */
export type Run = {
  notes: Notes;
  message: TaskMessage;
  startedMs: number;
  /** What it sent while it ran. */
  children: ResultNode[];
  /** How the handler wants it to end, if not by a value or an error. */
  verdict: Verdict | undefined;
  /** What the handler threw itself, whatever it was stopped by. */
  thrown: unknown;
};

/** What its end is told with. */
export type Ended = Run & {
  attempt: Attempt;
  context: OutcomeContext;
  ranMs: number;
  /** The signal that a command ended it with, by number. */
  terminatedBy: number | undefined;
};
