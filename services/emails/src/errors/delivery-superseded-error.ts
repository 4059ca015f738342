import { PlatformError } from '@shared/errors';

/**
 * A newer attempt of the same job is sending this mail, so this one keeps out of its way. It has lost
 * its lock, so nobody looks at its outcome; it is retryable for the one case where somebody does: a
 * job enqueued anew under an old id starts counting its attempts again.
 */
export class DeliverySupersededError extends PlatformError {
  readonly code = 'delivery_superseded';
  readonly retryable = true;

  constructor(jobId: string, { fence, newer }: { fence: number; newer: number }) {
    super({
      what: `Mail of job ${jobId} not sent`,
      why: `this attempt (fence ${fence}) was overtaken by a newer one (fence ${newer})`,
      fix: 'Nothing to do: the newer attempt sends it.',
    });
  }
}
