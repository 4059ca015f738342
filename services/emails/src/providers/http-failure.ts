import { MailAuthError } from '../errors/mail-auth-error.ts';
import { MailDeferredError } from '../errors/mail-deferred-error.ts';
import { MailRefusedError } from '../errors/mail-refused-error.ts';
import { withoutAddresses } from '../mail-answer.ts';
import { retryAfterMs } from '../retry-after.ts';

/** What a provider's API said, or did not. */
export type HttpAnswer = {
  /** Undefined if there was no answer. */
  status: number | undefined;
  text: string;
  retryAfter?: unknown;
  /** Of the connection: `ECONNREFUSED`, `ETIMEDOUT`, … */
  networkCode?: string | undefined;
};

const NOT_LET_IN: ReadonlySet<number> = new Set([401, 403]);

/** These name the mail or its recipient as what is wrong. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 413, 415, 422]);

/** Before these nothing was sent: nobody was there to send it to, or it said that it does not take it. */
const NEVER_CONNECTED: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const NOT_TAKEN: ReadonlySet<number | undefined> = new Set([408, 429, 503]);

const TOO_MANY = 429;
/** For who has had too many and does not say for how long. */
const UNTOLD_WAIT_MS = 30_000;

/**
 * Says what a failed request to a provider's API means. No cause is attached: the libraries' errors carry
 * the request, and that is the mail.
 *
 * @param options.variable the environment variable that holds the credentials.
 */
export const httpFailure = (
  provider: string,
  { status, text, retryAfter, networkCode }: HttpAnswer,
  { variable, recipient }: { variable: string; recipient: string },
): MailRefusedError | MailDeferredError | MailAuthError => {
  const said = withoutAddresses(text, recipient);
  const answer = status === undefined ? (networkCode ?? 'no answer') : `${status} ${said}`;
  if (status !== undefined && NOT_LET_IN.has(status)) {
    return new MailAuthError(provider, answer, variable);
  }
  if (status !== undefined && REFUSED.has(status)) return new MailRefusedError(provider, answer);
  return new MailDeferredError(provider, answer, {
    mayHaveBeenSent:
      status === undefined ? !NEVER_CONNECTED.has(networkCode) : !NOT_TAKEN.has(status),
    retryAfterMs: retryAfterMs(retryAfter) ?? (status === TOO_MANY ? UNTOLD_WAIT_MS : undefined),
  });
};
