import { PlatformError } from '@shared/errors';

/** No contract, or none that the caller may see, or a link whose time is over. */
export class ContractNotFoundError extends PlatformError {
  readonly code = 'contract_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Contract not found',
      why: 'there is none with this id that you may see',
      fix: 'Log in as its owner, or use the link in the result of its job while it is good.',
    });
  }
}
