import { PlatformError } from '@shared/errors';

export class ApiKeyNotFoundError extends PlatformError {
  readonly code = 'api_key_not_found';
  readonly retryable = false;

  constructor(id: string) {
    super({
      what: 'Nothing revoked',
      why: `no API key has the id "${id}"`,
      fix: 'See the ids with `taskyard api-key list`; a key itself is no id.',
    });
  }
}
