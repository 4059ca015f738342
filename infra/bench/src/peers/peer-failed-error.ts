import { PlatformError } from '@shared/errors';

/** A process that was being measured failed, so that there is nothing to compare. */
export class PeerFailedError extends PlatformError {
  readonly code = 'peer_failed';
  readonly retryable = false;

  constructor(peer: string, why: string) {
    super({
      what: `Measurement with ${peer} failed`,
      why: why.trim().replace(/\.$/, ''),
      fix: 'Run it again; if it fails again, run that module alone.',
    });
  }
}
