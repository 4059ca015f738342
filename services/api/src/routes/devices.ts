import {
  type Database,
  deleteDevice,
  type Device,
  devicesOf,
  registerDevice as keepDevice,
} from '@shared/database';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { Callers } from '../callers.ts';
import { newDevice } from '../device-fields.ts';
import { DeviceNotFoundError } from '../errors/device-not-found-error.ts';
import { readBody } from '../read-body.ts';

type Options = { database: Database; callers: Callers };

/**
 * `POST /devices` makes a device known, so that push messages reach it: 201 `{ device }`. The same one
 * again is the same device; on one that somebody else has signed in on before, it becomes one's own.
 * Refusals: 400 `invalid_request`, 401.
 */
export const registerDevice = ({
  database,
  callers,
  pushHosts,
}: Options & { pushHosts: readonly string[] }): RequestHandler => {
  const body = newDevice(pushHosts);
  return async (request, response) => {
    const { id: userId } = await callers.person(request);
    const device = await keepDevice(database, { userId, ...addressOf(readBody(request, body)) });
    response.status(201).json({ device: viewDevice(device) });
  };
};

const addressOf = (
  device: z.output<ReturnType<typeof newDevice>>,
): Pick<Device, 'provider' | 'token'> & Partial<Pick<Device, 'p256dh' | 'auth'>> => {
  if (device.provider === 'fcm') return device;
  if (device.provider === 'onesignal') {
    return { provider: 'onesignal', token: device.subscriptionId };
  }
  const { endpoint, keys } = device.subscription;
  return { provider: 'webpush', token: endpoint, ...keys };
};

/** `GET /devices` lists one's own: 200 `{ devices }`. Refusals: 401. */
export const listDevices =
  ({ database, callers }: Options): RequestHandler =>
  async (request, response) => {
    const { id } = await callers.person(request);
    const found = await devicesOf(database, id);
    response.setHeader('cache-control', 'no-store').json({ devices: found.map(viewDevice) });
  };

/** `DELETE /devices/:id` forgets one of one's own: 204. Refusals: 401, 404 `device_not_found`. */
export const forgetDevice =
  ({ database, callers }: Options): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const found = await deleteDevice(database, { userId, deviceId: request.params.id });
    if (!found) throw new DeviceNotFoundError();
    response.status(204).end();
  };

/**
 * `GET /devices/vapid-key` gives the key that browsers want for a push subscription: 200
 * `{ publicKey }`, null where web push is not set up.
 */
export const showVapidKey =
  ({ vapidPublicKey }: { vapidPublicKey: string | undefined }): RequestHandler =>
  (_request, response) => {
    response.json({ publicKey: vapidPublicKey ?? null });
  };

/** Without its token: that is as good as a key to the device. */
const viewDevice = ({ id, provider, createdAt, seenAt }: Device) => ({
  id,
  provider,
  createdAt: createdAt.toISOString(),
  seenAt: seenAt.toISOString(),
});
