import type { ExitFacts } from './exit-facts.ts';
import { PlatformError } from './platform-error.ts';

/** An isolated attempt took its thread or process with it. Another attempt may fare better. */
export class JobCrashedError extends PlatformError {
  readonly code = 'crashed';
  readonly retryable = true;
  readonly exitCode?: number;
  readonly signal?: string;

  /** @param why completes "Attempt of … crashed: ". */
  constructor(task: string, why: string, { exitCode, signal }: ExitFacts = {}) {
    super({
      what: `Attempt of ${task} crashed`,
      why,
      fix: 'Let the handler throw instead: await every promise, and never call process.exit.',
    });
    if (exitCode !== undefined) this.exitCode = exitCode;
    if (signal !== undefined) this.signal = signal;
  }
}
