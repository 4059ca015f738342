import { PlatformError } from './platform-error.ts';

/** A schedule entry that cannot tick; `path` names the option at fault. */
export class InvalidScheduleError extends PlatformError {
  readonly code = 'invalid_schedule';
  readonly retryable = false;

  constructor(entry: string, option: string, { why, fix }: { why: string; fix: string }) {
    super(
      { what: `Schedule entry "${entry}" refused`, why: `${option} ${why}`, fix },
      { path: option },
    );
  }
}
