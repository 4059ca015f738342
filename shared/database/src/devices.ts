import { randomUUID } from 'node:crypto';
import { and, eq, inArray, lt, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Device, devices } from './tables/devices.ts';

type NewDevice = Pick<Device, 'userId' | 'provider' | 'token'> &
  Partial<Pick<Device, 'p256dh' | 'auth'>>;

/** A device belongs to whoever signed in on it last. */
export const registerDevice = async (database: Database, device: NewDevice): Promise<Device> => {
  const { userId, p256dh = null, auth = null } = device;
  const [row] = await ask(
    database
      .insert(devices)
      .values({ id: randomUUID(), ...device })
      .onConflictDoUpdate({
        target: [devices.provider, devices.token],
        set: { userId, p256dh, auth, seenAt: sql`now()` },
      })
      .returning(),
  );
  return row!; // An insert that updates on conflict returns its row.
};

export const devicesOf = (database: Database, userId: string): Promise<Device[]> =>
  ask(database.select().from(devices).where(eq(devices.userId, userId)).orderBy(devices.id));

/** @returns false if this person has no such device. */
export const deleteDevice = async (
  database: Database,
  { userId, deviceId }: { userId: string; deviceId: string },
): Promise<boolean> => {
  const { rowCount } = await ask(
    database.delete(devices).where(and(eq(devices.userId, userId), eq(devices.id, deviceId))),
  );
  return (rowCount ?? 0) > 0;
};

/**
 * Forgets devices that their provider says are gone; but not one that registered again meanwhile.
 *
 * @param options.before when the provider was asked.
 */
export const forgetDevices = async (
  database: Database,
  { deviceIds, before }: { deviceIds: readonly string[]; before: Date },
): Promise<number> => {
  if (deviceIds.length === 0) return 0;
  const { rowCount } = await ask(
    database
      .delete(devices)
      .where(and(inArray(devices.id, [...deviceIds]), lt(devices.seenAt, before))),
  );
  return rowCount ?? 0;
};
