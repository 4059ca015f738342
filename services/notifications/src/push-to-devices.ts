import { createHash } from 'node:crypto';
import {
  type Database,
  type Device,
  devicesOf,
  devicesSentTo,
  forgetDevices,
  recordPushes,
} from '@shared/database';
import type { Attempt } from '@shared/queue';
import { NoPusherError } from './errors/no-pusher-error.ts';
import { PushAuthError } from './errors/push-auth-error.ts';
import { PushDeferredError } from './errors/push-deferred-error.ts';
import type { Pusher, PushMessage, PushOutcome } from './push/pusher.ts';

/** What sending push messages needs. */
export type PushOffice = { database: Database; pushers: readonly Pusher[] };

type Sender = Pick<Attempt, 'jobId' | 'fence' | 'signal' | 'log'>;

/**
 * Sends a message to every device of a person that does not have it yet: those that an earlier attempt
 * sent to are in the ledger. A worker that dies between sending and noting sends again, under the same
 * tag, by which the second message takes the place of the first.
 *
 * @throws {PushDeferredError} some were not sent to, and may be later.
 * @throws {PushAuthError} a provider does not accept our credentials; the others were sent to.
 * @throws {NoPusherError} nothing is configured for any of the person's devices.
 */
export const pushToDevices = async (
  userId: string,
  message: PushMessage,
  attempt: Sender,
  { database, pushers }: PushOffice,
): Promise<{ sent: number; removed: number; refused: number }> => {
  const all = await devicesOf(database, userId);
  const done = await devicesSentTo(database, attempt.jobId);
  const open = all.filter(({ id }) => !done.has(id));
  checkConfigured(open, pushers);
  const outcomes: PushOutcome[] = [];
  let notLetIn: PushAuthError | undefined;
  for (const { pusher, devices } of batches(open, pushers)) {
    try {
      outcomes.push(...(await sendBatch(pusher, devices, message, attempt, database)));
    } catch (error) {
      if (!(error instanceof PushAuthError)) throw error;
      notLetIn = error; // One provider's credentials are no reason to leave out the others.
    }
  }
  const codes = outcomes.flatMap((one) => ('code' in one ? [one.code] : []));
  const deferred = outcomes.filter((one) => one.is === 'deferred');
  const counts = {
    sent: done.size + count(outcomes, 'sent'),
    removed: count(outcomes, 'gone'),
    refused: count(outcomes, 'refused'),
  };
  attempt.log.info({ ...counts, deferred: deferred.length, codes: unique(codes) }, 'push sent');
  if (notLetIn !== undefined) throw notLetIn;
  if (deferred.length === 0) return counts;
  const waits = deferred.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  throw new PushDeferredError(deferred.length, {
    codes: unique(deferred.map(({ code }) => code)),
    retryAfterMs: waits.length === 0 ? undefined : Math.max(...waits),
  });
};

const sendBatch = async (
  pusher: Pusher,
  devices: readonly Device[],
  message: PushMessage,
  { jobId, fence, signal }: Sender,
  database: Database,
): Promise<PushOutcome[]> => {
  signal.throwIfAborted();
  const askedAt = new Date();
  const outcomes = await pusher.send(devices, message, { tag: tagOf(jobId), signal });
  await recordPushes(database, { jobId, fence, deviceIds: idsOf(outcomes, 'sent') });
  await forgetDevices(database, { deviceIds: idsOf(outcomes, 'gone'), before: askedAt });
  return outcomes;
};

const checkConfigured = (devices: readonly Device[], pushers: readonly Pusher[]) => {
  const known = new Set(pushers.map(({ provider }) => provider));
  if (devices.length === 0 || devices.some(({ provider }) => known.has(provider))) return;
  throw new NoPusherError(unique(devices.map(({ provider }) => provider)));
};

function* batches(devices: readonly Device[], pushers: readonly Pusher[]) {
  for (const pusher of pushers) {
    const theirs = devices.filter(({ provider }) => provider === pusher.provider);
    for (let start = 0; start < theirs.length; start += pusher.maxDevices) {
      yield { pusher, devices: theirs.slice(start, start + pusher.maxDevices) };
    }
  }
}

/** At most 32 of the characters that web push allows in a topic, which is the narrowest. */
const tagOf = (jobId: string) =>
  createHash('sha256').update(jobId).digest('base64url').slice(0, 32);

const idsOf = (outcomes: readonly PushOutcome[], is: PushOutcome['is']) =>
  outcomes.filter((one) => one.is === is).map(({ device }) => device.id);

const count = (outcomes: readonly PushOutcome[], is: PushOutcome['is']) =>
  idsOf(outcomes, is).length;

const unique = (texts: readonly string[]) => [...new Set(texts)];
