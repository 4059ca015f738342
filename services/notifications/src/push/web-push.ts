import type { Agent } from 'node:https';
import type { Device } from '@shared/database';
import webPush from 'web-push';
import type { Pusher, PushOutcome } from './pusher.ts';
import { retryAfterMs } from './retry-after.ts';

const MAX_DEVICES = 100;
const AT_ONCE = 10;
const ANSWER_TIMEOUT_MS = 15_000;
/** How long a push service keeps a message for a browser that is not running. */
const KEEP_SECONDS = 86_400;

export type Vapid = { subject: string; publicKey: string; privateKey: string };

/**
 * The push services of the browsers' makers (RFC 8030), to whom we are known by a key pair (VAPID).
 *
 * @param options.agent instead of Node's own, for a push service that only it trusts.
 */
export const connectWebPush = ({ vapid, agent }: { vapid: Vapid; agent?: Agent }): Pusher => {
  const sendOne = async (
    device: Device,
    content: string,
    { tag, signal }: { tag: string; signal: AbortSignal },
  ): Promise<PushOutcome> => {
    const { token: endpoint, p256dh, auth } = device;
    if (p256dh === null || auth === null) return { device, is: 'gone' };
    signal.throwIfAborted();
    try {
      await webPush.sendNotification({ endpoint, keys: { p256dh, auth } }, content, {
        vapidDetails: vapid,
        TTL: KEEP_SECONDS,
        topic: tag,
        timeout: ANSWER_TIMEOUT_MS,
        ...(agent === undefined ? {} : { agent }),
      });
      return { device, is: 'sent' };
    } catch (error) {
      return outcomeOf(device, error);
    }
  };

  return {
    provider: 'webpush',
    maxDevices: MAX_DEVICES,
    async send(devices, { title, body, data }, options) {
      const content = JSON.stringify({ title, body, data, tag: options.tag });
      const open = [...devices];
      const outcomes: PushOutcome[] = [];
      const work = async () => {
        for (let device = open.shift(); device !== undefined; device = open.shift()) {
          outcomes.push(await sendOne(device, content, options));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return outcomes;
    },
  };
};

const outcomeOf = (device: Device, error: unknown): PushOutcome => {
  if (!(error instanceof webPush.WebPushError)) {
    // A key that is none is found out before anything is sent.
    const local =
      error instanceof Error && !('code' in error) && error.message !== 'Socket timeout';
    return { device, is: local ? 'refused' : 'deferred', code: 'webpush/not-sent' };
  }
  const { statusCode, headers } = error;
  const code = `webpush/${statusCode}`;
  if (statusCode === 404 || statusCode === 410) return { device, is: 'gone' };
  if (statusCode === 429 || statusCode >= 500) {
    const header = new Map(Object.entries(headers)).get('retry-after');
    return { device, is: 'deferred', code, ...retryAfterMs(header) };
  }
  return { device, is: 'refused', code };
};
