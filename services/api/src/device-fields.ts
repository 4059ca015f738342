import { z } from 'zod';

const MAX_TOKEN_LENGTH = 4_096;

const token = z
  .string()
  .min(1)
  .max(MAX_TOKEN_LENGTH)
  .regex(/^[\x21-\x7e]+$/, 'must be plain characters without spaces');

/** So many bytes in base64url, which may end in "=". */
const bytes = (count: number) =>
  z
    .string()
    .max(200)
    .regex(/^[\w-]+=*$/, 'must be base64url')
    .refine(
      (text) => Buffer.from(text, 'base64url').length === count,
      `must be ${count} bytes in base64url`,
    );

/**
 * How a device makes itself known: as its provider's own client tells it.
 *
 * @param pushHosts the hosts of push services, and of their subdomains: their addresses come from
 *   clients, and we must not be made to call any other.
 */
export const newDevice = (pushHosts: readonly string[]) =>
  z.discriminatedUnion('provider', [
    z.strictObject({ provider: z.literal('fcm'), token }),
    z.strictObject({ provider: z.literal('onesignal'), subscriptionId: z.uuid() }),
    z.strictObject({
      provider: z.literal('webpush'),
      /** What `PushSubscription.toJSON()` gives in a browser. */
      subscription: z.object({
        endpoint: z
          .url({ protocol: /^https$/, error: 'must be an https address' })
          .max(MAX_TOKEN_LENGTH)
          .refine(
            (address) => isPushHost(address, pushHosts),
            'must be the address of a known push service',
          ),
        keys: z.strictObject({ p256dh: bytes(65), auth: bytes(16) }),
      }),
    }),
  ]);

const isPushHost = (address: string, pushHosts: readonly string[]) => {
  if (!URL.canParse(address)) return false;
  const { hostname, username, port } = new URL(address);
  if (username !== '') return false;
  const host = port === '' ? hostname : `${hostname}:${port}`;
  return pushHosts.some((known) => host === known || host.endsWith(`.${known}`));
};
