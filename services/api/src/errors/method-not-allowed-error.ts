import { PlatformError } from '@shared/errors';

/** A path that exists, asked with a method that it does not take. */
export class MethodNotAllowedError extends PlatformError {
  readonly code = 'method_not_allowed';
  readonly retryable = false;
  /** For the `allow` header. */
  readonly allowed: readonly string[];

  constructor(method: string, allowed: readonly string[]) {
    super({
      what: 'Request refused',
      why: `this address does not take ${method}`,
      fix: `Use ${allowed.join(' or ')}.`,
    });
    this.allowed = allowed;
  }
}
