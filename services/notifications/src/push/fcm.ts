import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { randomUUID } from 'node:crypto';
import type { Device } from '@shared/database';
import { type Credential, deleteApp, type FirebaseError, initializeApp } from 'firebase-admin/app';
import { getMessaging, type SendResponse } from 'firebase-admin/messaging';
import { z } from 'zod';
import { PushAuthError } from '../errors/push-auth-error.ts';
import type { Pusher, PushOutcome } from './pusher.ts';
import { retryAfterMs } from './retry-after.ts';

/** The most that one multicast takes. */
const MAX_DEVICES = 500;

const LATER: ReadonlySet<string> = new Set([
  'messaging/message-rate-exceeded',
  'messaging/server-unavailable',
  'messaging/internal-error',
  'messaging/unknown-error',
  'app/network-error',
  'app/network-timeout',
]);

const Answer = z.object({
  headers: z.looseObject({ 'retry-after': z.string().optional() }),
  data: z.object({
    error: z.object({
      status: z.string().optional(),
      details: z
        .array(z.looseObject({ '@type': z.string(), errorCode: z.string().optional() }))
        .default([]),
    }),
  }),
});

/**
 * What FCM itself said. The client's own codes tell less: a project that is not there and a device that
 * is not there are one code to it, and devices must not be forgotten for a wrong setting.
 */
const answerOf = (error: FirebaseError | undefined) => {
  const { data } = Answer.safeParse(error?.httpResponse);
  const detail = data?.data.error.details.find(({ '@type': type }) => type.endsWith('FcmError'));
  return {
    code: detail?.errorCode,
    status: data?.data.error.status,
    ...retryAfterMs(data?.headers['retry-after']),
  };
};

/**
 * Firebase Cloud Messaging, for Android, iOS and browsers.
 *
 * @param options.url where it is, unless it is Google's; over HTTP/1.1 then.
 * @param options.ca trusted for `url` beside the system's own.
 */
export const connectFcm = ({
  projectId,
  credential,
  url,
  ca,
}: {
  projectId: string;
  credential: Credential;
  url?: string | undefined;
  ca?: string;
}): Pusher & AsyncDisposable => {
  const agent = url === undefined ? undefined : agentTo(url, ca);
  const options = { projectId, credential, ...(agent === undefined ? {} : { httpAgent: agent }) };
  // Apps have names and live as long as their process; each of ours has one of its own.
  const app = initializeApp(options, randomUUID());
  const messaging = getMessaging(app);
  if (agent !== undefined) messaging.enableLegacyHttpTransport();
  return {
    provider: 'fcm',
    maxDevices: MAX_DEVICES,
    async send(devices, { title, body, data }, { tag, signal }) {
      const { responses } = await abortable(
        messaging.sendEachForMulticast({
          tokens: devices.map(({ token }) => token),
          notification: { title, ...(body === '' ? {} : { body }) },
          data,
          android: { collapseKey: tag, notification: { tag } },
          apns: { headers: { 'apns-collapse-id': tag }, payload: { aps: { threadId: tag } } },
          webpush: { headers: { Topic: tag }, notification: { tag } },
        }),
        signal,
      );
      const taken = responses.some(({ success }) => success);
      return devices.map((device, index) => outcomeOf(device, responses[index], taken));
    },
    async [Symbol.asyncDispose]() {
      await deleteApp(app);
      agent?.destroy();
    },
  };
};

/** @param taken whether another device was sent the same message, so that the message is not at fault. */
const outcomeOf = (
  device: Device,
  response: SendResponse | undefined,
  taken: boolean,
): PushOutcome => {
  if (response?.success === true) return { device, is: 'sent' };
  const code = response?.error?.code ?? 'messaging/unknown-error';
  const { code: said, status, ...wait } = answerOf(response?.error);
  const deniesUs = said === undefined && OUR_FAULT.has(status ?? code);
  if (deniesUs) throw new PushAuthError('FCM', status ?? code, 'FIREBASE_CREDENTIALS_PATH');
  if (said === 'UNREGISTERED' || (said === 'INVALID_ARGUMENT' && taken)) {
    return { device, is: 'gone' };
  }
  if (LATER.has(code)) return { device, is: 'deferred', code, ...wait };
  return { device, is: 'refused', code };
};

/** Said of us and our project, where nothing is said of a device. */
const OUR_FAULT: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'app/invalid-credential',
]);

/** Connects to another host than the one that is asked for, which the client has built in. */
const agentTo = (url: string, ca: string | undefined): Agent => {
  const { hostname, port } = new URL(url);
  class RedirectedAgent extends Agent {
    override createConnection() {
      const named = /^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname };
      return connect({
        host: hostname,
        port: port === '' ? 443 : Number(port),
        ...named,
        ...(ca === undefined ? {} : { ca }),
      });
    }
  }
  return new RedirectedAgent({ keepAlive: true, maxSockets: 20 });
};

/** The client knows no signals: what it was doing goes on unseen. */
const abortable = async <Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
