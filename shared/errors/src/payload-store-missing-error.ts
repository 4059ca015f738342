import { PlatformError } from './platform-error.ts';

/** A job's payload or result lies in object storage, and this process was given none to read it from. */
export class PayloadStoreMissingError extends PlatformError {
  readonly code = 'payload_store_missing';
  readonly retryable = false;

  constructor(jobId: string) {
    super({
      what: `Job ${jobId} cannot be read whole`,
      why: 'a large part of it lies in object storage and this process has none configured',
      fix: 'Give the producer and the worker the same `payloadStore`.',
    });
  }
}
