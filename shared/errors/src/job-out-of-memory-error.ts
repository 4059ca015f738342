import type { ExitFacts } from './exit-facts.ts';
import { PlatformError } from './platform-error.ts';

/** An isolated attempt needed more memory than its task allows. Another attempt may need less. */
export class JobOutOfMemoryError extends PlatformError {
  readonly code = 'out_of_memory';
  readonly retryable = true;
  readonly exitCode?: number;
  readonly signal?: string;

  constructor(task: string, memoryLimitMb: number, { exitCode, signal }: ExitFacts = {}) {
    super({
      what: `Attempt of ${task} ended`,
      why: `it used up its ${memoryLimitMb} MB of memory`,
      fix: 'Raise memoryLimitMb, or hold less at once: stream, or split the job.',
    });
    if (exitCode !== undefined) this.exitCode = exitCode;
    if (signal !== undefined) this.signal = signal;
  }
}
