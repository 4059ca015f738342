import { PlatformError } from './platform-error.ts';

/** A server that we run ourselves (Redis, PostgreSQL) did not start, or ended before it was asked to. */
export class EmbeddedServerError extends PlatformError {
  readonly code = 'embedded_server_failed';
  readonly retryable = false;

  constructor(
    server: string,
    { why, fix, lastLines = [] }: { why: string; fix: string; lastLines?: readonly string[] },
    options?: ErrorOptions,
  ) {
    const log = lastLines.length === 0 ? '' : `\nIts last lines:\n  ${lastLines.join('\n  ')}\n`;
    super({ what: `${server} did not start`, why, fix: `${fix}${log}` }, options);
  }
}
