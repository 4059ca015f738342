import { PlatformError } from './platform-error.ts';

const ADDRESS: Readonly<Record<string, string>> = {
  celery: 'CELERY_BROKER_URL',
  rq: 'RQ_REDIS_URL',
  arq: 'ARQ_REDIS_URL',
};

/** A worker took a job of a Python program that it could never tell what became of it: it goes to another. */
export class ProtocolNotSpokenError extends PlatformError {
  readonly code = 'protocol_not_spoken';
  readonly retryable = true;

  /** @param origin the protocol that the job came in by. */
  constructor(jobId: string, origin: string) {
    const address = ADDRESS[origin] ?? 'the address of its programs';
    super({
      what: `Job ${jobId} handed back`,
      why: `it came from a ${origin} program, which this worker has no address of`,
      fix: `Start every worker of its queue with ${address}, as the bridge is.`,
    });
  }
}
