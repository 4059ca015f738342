/** What every refusal says: what failed, why, and how to put it right. */
export type Refusal = {
  what: string;
  why: string;
  fix: string;
};

/**
 * The base of every error that the platform throws on purpose.
 *
 * `code` is for machines and never changes; `retryable` tells the worker whether another attempt
 * can help; the message is for people and never holds personal or secret values.
 */
export abstract class PlatformError extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;
  /** The field at fault, dotted, as in `address.city`; absent when no single field is. */
  readonly path?: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;

  constructor({ what, why, fix }: Refusal, options?: ErrorOptions & { path?: string }) {
    super(`${what}: ${why}. ${fix}`, options);
    this.name = new.target.name;
    this.what = what;
    this.why = why;
    this.fix = fix;
    if (options?.path !== undefined) this.path = options.path;
  }
}
