import type { Death } from './death.ts';
import type { FromIsolate, ToIsolate } from './protocol.ts';

/** What is heard of an isolate: its messages, and its death as the last thing. */
export type Said = FromIsolate | { kind: 'died'; death: Death };

export type Listener = (said: Said) => void;

/** A thread or process of this worker that runs one job at a time; it says `ready` when it can. */
export type Isolate = {
  /** As in "thread 3" or "process 4711". */
  readonly name: string;
  /** @throws if the message holds what structured clone refuses. */
  send(message: ToIsolate): void;
  /** Whom its messages go to from now on. */
  listen(listener: Listener): void;
  /** Ends it once its memory is used up, until the returned function is called. */
  watchMemory(): () => void;
  /** Ends it now, whatever it does. */
  kill(): void;
  readonly died: Promise<Death>;
};

/** The program of every isolate. */
export const PROGRAM = new URL('isolate-main.ts', import.meta.url);

/** How often the memory of a running job is looked at: a thread can take about 50 MB in the meantime. */
export const WATCH_INTERVAL_MS = 50;

export const MB = 1_048_576;
