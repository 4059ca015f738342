import { availableParallelism } from 'node:os';
import { environment, parseEnvironment, workerConfigOf, workerEnvironment } from '@shared/service';
import { z } from 'zod';

/** Handlers wait for others most of the time. */
const JOBS_PER_PROCESSOR = 10;

const schema = z
  .object({
    ...workerEnvironment,
    CONCURRENCY: environment.CONCURRENCY.default(JOBS_PER_PROCESSOR * availableParallelism()),
    /** A service account's key, as Firebase's console gives it. */
    FIREBASE_CREDENTIALS_PATH: z.string().optional(),
    /** Google's own unless set. */
    FCM_URL: z.url({ protocol: /^https$/, error: 'must be an https address' }).optional(),
    ONESIGNAL_APP_ID: z.string().optional(),
    ONESIGNAL_API_KEY: z.string().optional(),
    ONESIGNAL_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
      .default('https://api.onesignal.com'),
    /** A key pair of P-256 in base64url: `npx web-push generate-vapid-keys` makes one. */
    VAPID_PUBLIC_KEY: z.string().optional(),
    VAPID_PRIVATE_KEY: z.string().optional(),
    /** Whom a push service turns to about our messages. */
    VAPID_SUBJECT: z
      .string()
      .regex(/^(mailto:|https:)/, 'must be a mailto: or https: address')
      .default('mailto:hello@taskyard.example'),
  })
  .superRefine((env, context) => {
    const together = (one: keyof typeof env, other: keyof typeof env) => {
      if ((env[one] === undefined) === (env[other] === undefined)) return;
      const [path, set] = env[one] === undefined ? [one, other] : [other, one];
      context.addIssue({ code: 'custom', path: [path], message: `must be set, as ${set} is` });
    };
    together('ONESIGNAL_APP_ID', 'ONESIGNAL_API_KEY');
    together('VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY');
  })
  .transform((env) => ({
    ...workerConfigOf(env),
    fcm:
      env.FIREBASE_CREDENTIALS_PATH === undefined
        ? undefined
        : { credentialsPath: env.FIREBASE_CREDENTIALS_PATH, url: env.FCM_URL },
    oneSignal:
      env.ONESIGNAL_APP_ID === undefined || env.ONESIGNAL_API_KEY === undefined
        ? undefined
        : { url: env.ONESIGNAL_URL, appId: env.ONESIGNAL_APP_ID, apiKey: env.ONESIGNAL_API_KEY },
    vapid:
      env.VAPID_PUBLIC_KEY === undefined || env.VAPID_PRIVATE_KEY === undefined
        ? undefined
        : {
            subject: env.VAPID_SUBJECT,
            publicKey: env.VAPID_PUBLIC_KEY,
            privateKey: env.VAPID_PRIVATE_KEY,
          },
  }));

export type Config = ReturnType<typeof loadConfig>;

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) =>
  parseEnvironment(schema, env);
