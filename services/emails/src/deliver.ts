import { setTimeout as sleep } from 'node:timers/promises';
import {
  claimDelivery,
  confirmDelivery,
  type Database,
  noteProvider,
  releaseDelivery,
} from '@shared/database';
import type { Attempt } from '@shared/queue';
import { DeliverySupersededError } from './errors/delivery-superseded-error.ts';
import { MailAuthError } from './errors/mail-auth-error.ts';
import { MailDeferredError } from './errors/mail-deferred-error.ts';
import { MailRefusedError } from './errors/mail-refused-error.ts';
import type { Mailer, MailMessage, MailReceipt } from './mailer.ts';

/** What every mail handler works with. */
export type PostOffice = { mailer: Mailer; database: Database };

/**
 * Sends a job's mail once, however often the job runs: claim, send, confirm.
 *
 * An attempt that finds the mail sent returns the receipt of that time. One that finds a claim whose
 * attempt never said how it ended (its worker was killed, the line broke) sends again: whether the
 * server took the mail cannot be known then, and a reset link that never comes is worse than one that
 * comes twice. The second carries the Message-ID of the first, by which mailboxes drop it.
 */
export const deliver = async (
  message: MailMessage,
  attempt: Pick<Attempt, 'jobId' | 'task' | 'fence' | 'signal' | 'log'>,
  post: PostOffice,
): Promise<MailReceipt> => {
  const claimed = await claim(attempt, post);
  if ('receipt' in claimed) return claimed.receipt;
  const receipt = await send(message, attempt, { ...post, ...claimed });
  await confirm(receipt, attempt, post);
  attempt.log.info({ ...receipt }, 'mail accepted');
  return receipt;
};

/** Ours to send; an earlier attempt may have given the mail to `first`, which then is `unsure`. */
type Claimed = { unsure: boolean; first: string | undefined };

/** @returns the receipt of an attempt that sent the mail before, if there was one. */
const claim = async (
  { jobId, task, fence, log }: Pick<Attempt, 'jobId' | 'task' | 'fence' | 'log'>,
  { database }: PostOffice,
): Promise<Claimed | { receipt: MailReceipt }> => {
  const earlier = await claimDelivery(database, { jobId, task, fence });
  if (earlier === 'new') return { unsure: false, first: undefined };
  if (earlier.status === 'sent') {
    const { messageId, provider } = earlier;
    log.info({ messageId, provider }, 'mail was sent by an earlier attempt');
    return { receipt: { messageId, provider } };
  }
  if (earlier.fence > fence) {
    throw new DeliverySupersededError(jobId, { fence, newer: earlier.fence });
  }
  log.warn({ earlierFence: earlier.fence }, 'mail may have been sent, sending it again');
  return { unsure: true, first: earlier.provider ?? undefined };
};

const send = async (
  message: MailMessage,
  { jobId, fence, signal, log }: Pick<Attempt, 'jobId' | 'fence' | 'signal' | 'log'>,
  { mailer, database, unsure, first }: PostOffice & Claimed,
): Promise<MailReceipt> => {
  try {
    return await mailer.send(message, {
      idempotencyKey: jobId,
      signal,
      first,
      onTry: (provider) => noteProvider(database, { jobId, fence, provider }),
    });
  } catch (error) {
    // What an earlier attempt may have sent is no surer for this one's refusal.
    if (isKnownUnsent(error) && !unsure) {
      // The next attempt then knows that it is the first to send. If this fails, it is merely unsure.
      await releaseDelivery(database, { jobId, fence }).catch((cause: unknown) => {
        log.warn({ error: cause }, 'delivery claim not released');
      });
    }
    throw error;
  }
};

const isKnownUnsent = (error: unknown) =>
  error instanceof MailRefusedError ||
  error instanceof MailAuthError ||
  (error instanceof MailDeferredError && !error.mayHaveBeenSent);

const CONFIRM_WAITS_MS = [50, 200, 1_000, 3_000];

/**
 * From here on the mail is out, and failing the job would send it again. So a database that is away
 * is waited for, and if it stays away the job still ends as what it is: done.
 */
const confirm = async (
  receipt: MailReceipt,
  { jobId, log }: Pick<Attempt, 'jobId' | 'log'>,
  { database }: PostOffice,
): Promise<void> => {
  for (const waitMs of [...CONFIRM_WAITS_MS, null]) {
    try {
      return await confirmDelivery(database, { jobId, ...receipt });
    } catch (error) {
      if (waitMs === null)
        log.error({ error, ...receipt }, 'mail sent but not noted in the ledger');
      else await sleep(waitMs);
    }
  }
};
