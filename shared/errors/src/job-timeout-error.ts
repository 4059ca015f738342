import type { ExitFacts } from './exit-facts.ts';
import { PlatformError } from './platform-error.ts';

/** An attempt ran longer than its contract allows. Another attempt may be faster. */
export class JobTimeoutError extends PlatformError {
  readonly code = 'timeout';
  readonly retryable = true;
  exitCode?: number;
  signal?: string;
  /** What the handler returned after its time, before it was given up: an attempt that timed out has no result. */
  late?: { readonly result: unknown };

  constructor(task: string, timeoutMs: number) {
    super({
      what: `Attempt of ${task} stopped`,
      why: `it ran longer than its ${timeoutMs} ms`,
      fix: 'Raise timeoutMs, call extendTimeout while the work goes well, or do less in one job.',
    });
  }

  /** Notes that the handler did not stop by itself, and how its isolate ended. */
  killedBy({ exitCode, signal }: ExitFacts): void {
    if (exitCode !== undefined) this.exitCode = exitCode;
    if (signal !== undefined) this.signal = signal;
  }
}
