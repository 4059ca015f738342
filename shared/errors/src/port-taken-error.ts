import { PlatformError } from './platform-error.ts';

/** Another process already listens on the port that we were told to use. */
export class PortTakenError extends PlatformError {
  readonly code = 'port_taken';
  readonly retryable = false;

  /** @param variable the environment variable that chooses the port, as in `MAILBOX_PORT`. */
  constructor(port: number, variable: string, options?: ErrorOptions) {
    super(
      {
        what: `Cannot listen on port ${port}`,
        why: 'another process already does',
        fix: `Stop that process, or set ${variable} to another port (0 = any free one).`,
      },
      options,
    );
  }
}
