import { z } from 'zod';
import { MailAuthError } from './errors/mail-auth-error.ts';
import { MailDeferredError } from './errors/mail-deferred-error.ts';
import { MailRefusedError } from './errors/mail-refused-error.ts';
import { waitAskedFor, withoutAddresses } from './mail-answer.ts';

/** What nodemailer's errors say about themselves (its NodemailerError). */
const Failure = z.object({
  code: z.string().catch(''),
  message: z.string().catch(''),
  responseCode: z.number().optional().catch(undefined),
  response: z.string().optional().catch(undefined),
  /** What the code was before nodemailer set its own: `ECONNREFUSED` of an `ESOCKET`. */
  originalCode: z.string().optional().catch(undefined),
  timeoutType: z.string().optional().catch(undefined),
});
type Failure = z.infer<typeof Failure>;

/**
 * Says what a failed attempt to send means. No cause is attached: nodemailer's errors carry the
 * server's words, and those carry addresses.
 *
 * @param recipient taken out of what the server said.
 */
export const smtpFailure = (
  error: unknown,
  recipient: string,
): MailRefusedError | MailDeferredError | MailAuthError => {
  const failure = Failure.parse(error);
  const answer = withoutAddresses(describe(failure), recipient);
  if (isAuth(failure)) return new MailAuthError('smtp', answer, 'SMTP_URL');
  if (isRefusal(failure)) return new MailRefusedError('smtp', answer);
  return new MailDeferredError('smtp', answer, {
    mayHaveBeenSent: mayHaveBeenSent(failure),
    providerWide: isAboutTheServer(failure),
    retryAfterMs: waitAskedFor(failure.response ?? ''),
  });
};

const describe = ({ response, timeoutType, originalCode, code, message }: Failure) =>
  response === undefined
    ? `${timeoutType ?? originalCode ?? code}: ${message}`
    : `the server answered "${response}"`;

const isPermanent = (responseCode: number) => responseCode >= 500 && responseCode < 600;

/** 530 wants a login, 534 and 538 another kind of it, 535 does not accept it (RFC 4954, section 6). */
const AUTH_REPLIES: ReadonlySet<number | undefined> = new Set([530, 534, 535, 538]);

const isAuth = ({ code, responseCode }: Failure) =>
  AUTH_REPLIES.has(responseCode) ||
  ((code === 'EAUTH' || code === 'ENOAUTH') &&
    (responseCode === undefined || isPermanent(responseCode)));

/** 503 complains about the order of commands, which says nothing about the mail. */
const BAD_SEQUENCE = 503;

/**
 * Only a refusal of the envelope or the mail is final; a server that turns everybody away (554 as its
 * greeting) is a server to come back to. Without a reply, nodemailer itself found the mail unfit.
 */
const isRefusal = ({ code, responseCode }: Failure) =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') &&
  (responseCode === undefined || (isPermanent(responseCode) && responseCode !== BAD_SEQUENCE));

/** 4.3.x is the state of the server itself (RFC 3463, section 3.4); anything else it says of this mail. */
const isAboutTheServer = ({ code, response = '' }: Failure) =>
  !(code === 'EENVELOPE' || code === 'EMESSAGE') || /^(?:421|\d{3}[ -]4\.3\.)/.test(response);

const BROKEN_LINE: ReadonlySet<string> = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT']);

const NEVER_CONNECTED: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
]);

/** A line that broke without a reply may have broken between the mail and the server's "250". */
const mayHaveBeenSent = ({ code, responseCode, originalCode, timeoutType }: Failure) =>
  responseCode === undefined &&
  BROKEN_LINE.has(code) &&
  !NEVER_CONNECTED.has(originalCode) &&
  !NEVER_CONNECTED.has(timeoutType);
