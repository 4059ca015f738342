import { PlatformError } from './platform-error.ts';

/** Somebody outside the platform ended an isolated attempt. Another attempt may be left alone. */
export class JobKilledError extends PlatformError {
  readonly code = 'killed';
  readonly retryable = true;
  readonly signal: string;

  constructor(task: string, signal: string) {
    super({
      what: `Attempt of ${task} ended`,
      why: `its process was killed from outside, by ${signal}`,
      fix: 'Look who did: an operator, or the kernel when the machine runs out of memory.',
    });
    this.signal = signal;
  }
}
