import { createHash } from 'node:crypto';
import type { Device } from '@shared/database';
import { z } from 'zod';
import { PushAuthError } from '../errors/push-auth-error.ts';
import type { Pusher, PushMessage, PushOutcome } from './pusher.ts';
import { retryAfterMs } from './retry-after.ts';

/** The most subscription ids that one request takes. */
const MAX_DEVICES = 2_000;
const ANSWER_TIMEOUT_MS = 30_000;

const Answer = z.object({
  id: z.string().optional().catch(undefined),
  errors: z
    .union([
      z.array(z.string()),
      z.object({ invalid_player_ids: z.array(z.string()).optional().catch([]) }),
    ])
    .optional()
    .catch(undefined),
});
type Answer = z.infer<typeof Answer>;

/** OneSignal's REST API (documentation.onesignal.com/reference/create-notification). */
export const connectOneSignal = ({
  url,
  appId,
  apiKey,
}: {
  url: string;
  appId: string;
  apiKey: string;
}): Pusher => ({
  provider: 'onesignal',
  maxDevices: MAX_DEVICES,
  async send(devices, message, { tag, signal }) {
    let response: Response;
    let answer: Answer;
    try {
      response = await fetch(new URL('notifications', url.endsWith('/') ? url : `${url}/`), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Key ${apiKey}` },
        body: JSON.stringify(requestOf(devices, message, { appId, tag })),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      const body: unknown = await response.json().catch(() => ({}));
      answer = Answer.catch({}).parse(body);
    } catch (error) {
      signal.throwIfAborted();
      return devices.map((device) => ({ device, is: 'deferred', code: reasonOf(error) }));
    }
    return outcomesOf(devices, response, answer);
  },
});

const requestOf = (
  devices: readonly Device[],
  { title, body, data }: PushMessage,
  { appId, tag }: { appId: string; tag: string },
) => {
  const ids = devices.map(({ token }) => token).toSorted();
  return {
    app_id: appId,
    target_channel: 'push',
    include_subscription_ids: ids,
    headings: { en: title },
    // Required, and what some devices show alone.
    contents: { en: body === '' ? title : body },
    data,
    collapse_id: tag,
    web_push_topic: tag,
    // The same message to the same devices is the same request, however often it is sent.
    idempotency_key: uuidOf([tag, ...ids].join('\n')),
  };
};

const outcomesOf = (
  devices: readonly Device[],
  response: Response,
  { id, errors }: Answer,
): PushOutcome[] => {
  const { status } = response;
  if (status === 401 || status === 403) {
    throw new PushAuthError('OneSignal', `it answered ${status}`, 'ONESIGNAL_API_KEY');
  }
  if (status === 429 || status >= 500) {
    const later = retryAfterMs(response.headers.get('retry-after'));
    return devices.map((device) => ({
      device,
      is: 'deferred',
      code: `onesignal/${status}`,
      ...later,
    }));
  }
  const gone = new Set(Array.isArray(errors) ? [] : (errors?.invalid_player_ids ?? []));
  // Nobody left to send to is told as a list of sentences, with an empty id.
  const nobody = Array.isArray(errors) && errors.some((error) => /not subscribed/i.test(error));
  return devices.map((device): PushOutcome => {
    if (gone.has(device.token) || (response.ok && nobody)) return { device, is: 'gone' };
    if (response.ok && id !== undefined && id !== '') return { device, is: 'sent' };
    return { device, is: 'refused', code: `onesignal/${status}` };
  });
};

/** Text as a UUID: idempotency keys must be one (version 8 of RFC 9562 is for makers' own). */
const uuidOf = (text: string) => {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
};

const reasonOf = (error: unknown) =>
  error instanceof Error && error.name === 'TimeoutError'
    ? 'onesignal/timeout'
    : 'onesignal/network';
