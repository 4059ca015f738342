import { PlatformError } from '@shared/errors';

/** A contract that is still being made, or whose job failed. */
export class ContractNotReadyError extends PlatformError {
  readonly code = 'contract_not_ready';
  readonly retryable = true;

  constructor() {
    super({
      what: 'Contract not ready',
      why: 'its PDF was not made, or not yet',
      fix: 'Ask for the status of its job, and try again when that is complete.',
    });
  }
}
