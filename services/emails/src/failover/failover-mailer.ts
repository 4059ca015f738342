import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@shared/service';
import { MailAuthError } from '../errors/mail-auth-error.ts';
import { MailDeferredError } from '../errors/mail-deferred-error.ts';
import { MailRefusedError } from '../errors/mail-refused-error.ts';
import type { Mailer, MailMessage, MailReceipt, SendOptions } from '../mailer.ts';
import type { Closed, Gates, Rate } from './gates.ts';

export type Provider = { mailer: Mailer; rate?: Rate | undefined };

/** A limit of ours that passes this soon is waited for; anything longer is for the job's next attempt. */
const PATIENCE_MS = 30_000;

/** A provider with wrong credentials stays wrong until somebody looks, and locks accounts that keep trying. */
const NOT_LET_IN_MS = 300_000;

/**
 * Several providers as one: the first of the list that can takes the mail. One that is down is passed
 * over until it is back, for the whole fleet. A mail goes on to the next provider only when it is known
 * that the one before does not have it; where nobody can know, the job's next attempt goes to the same one
 * first, whose second mail mailboxes recognise.
 */
export const createFailoverMailer = ({
  providers,
  gates,
  log,
}: {
  providers: readonly Provider[];
  gates: Gates;
  log: Logger;
}): Mailer => ({
  name: 'failover',
  async send(message, options) {
    const order = inOrder(providers, options.first);
    const started = Date.now();
    for (;;) {
      const { receipt, failures, closed } = await tryEach(order, message, options, { gates, log });
      if (receipt !== undefined) return receipt;
      const waitMs = Math.min(...closed.map(({ waitMs }) => waitMs));
      const isOurs = failures.length === 0 && closed.some(({ why }) => why === 'rate');
      if (!isOurs || Date.now() - started + waitMs > PATIENCE_MS) throw lastWord(failures, waitMs);
      await sleep(waitMs, undefined, { signal: options.signal }).catch(() => {});
      options.signal.throwIfAborted();
    }
  },
});

type Failure = MailDeferredError | MailAuthError;

const inOrder = (providers: readonly Provider[], first: string | undefined) => [
  ...providers.filter(({ mailer }) => mailer.name === first),
  ...providers.filter(({ mailer }) => mailer.name !== first),
];

/** @throws {MailRefusedError | MailDeferredError} what no other provider can or may make good. */
const tryEach = async (
  order: readonly Provider[],
  message: MailMessage,
  options: SendOptions,
  { gates, log }: { gates: Gates; log: Logger },
): Promise<{ receipt?: MailReceipt; failures: Failure[]; closed: Closed[] }> => {
  const failures: Failure[] = [];
  const closed: Closed[] = [];
  for (const { mailer, rate } of order) {
    const { name } = mailer;
    const shut = await gates.admit(name, rate);
    if (shut !== null) {
      closed.push(shut);
      continue;
    }
    await options.onTry?.(name);
    try {
      const receipt = await mailer.send(message, options);
      await gates.succeeded(name);
      return { receipt, failures, closed };
    } catch (error) {
      failures.push(await judge(error, name, { gates, log }));
    }
  }
  return { failures, closed };
};

/** Notes what a failure says of its provider, and throws it on if the mail must not go to another one. */
const judge = async (
  error: unknown,
  provider: string,
  { gates, log }: { gates: Gates; log: Logger },
): Promise<Failure> => {
  const isAuth = error instanceof MailAuthError;
  if (!isAuth && !(error instanceof MailDeferredError)) {
    // A provider that refuses a mail is there to do so.
    if (error instanceof MailRefusedError) await gates.succeeded(provider);
    throw error;
  }
  if (!isAuth && !error.providerWide) {
    await gates.succeeded(provider);
    throw error;
  }
  const holdMs = isAuth ? NOT_LET_IN_MS : (error.retryAfterMs ?? 0);
  const leftAloneMs = await gates.failed(provider, holdMs);
  log.warn({ provider, code: error.code, leftAloneMs }, 'provider did not take the mail');
  if (!isAuth && error.mayHaveBeenSent) throw error;
  return error;
};

/** Nobody took the mail: when to ask again, or whose credentials keep us out. */
const lastWord = (failures: readonly Failure[], closedMs: number): Error => {
  const deferred = failures.filter((failure) => failure instanceof MailDeferredError);
  const auth = failures.find((failure) => failure instanceof MailAuthError);
  const waits = [closedMs, ...deferred.map(({ retryAfterMs }) => retryAfterMs ?? 0)];
  const waitMs = Math.min(...waits.filter(Number.isFinite));
  if (deferred.length === 0 && auth !== undefined && !Number.isFinite(closedMs)) return auth;
  if (deferred.length === 1 && failures.length === 1 && !Number.isFinite(closedMs)) {
    return deferred[0]!; // Counted above.
  }
  const why =
    failures.length === 0
      ? 'none may be asked now'
      : failures.map((failure) => failure.message).join(' ');
  return new MailDeferredError('Every provider of the list', why, {
    mayHaveBeenSent: false,
    retryAfterMs: waitMs > 0 && Number.isFinite(waitMs) ? waitMs : undefined,
  });
};
