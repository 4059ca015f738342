import { randomUUID } from 'node:crypto';
import { and, eq, isNull } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type ApiKey, apiKeys } from './tables/api-keys.ts';

export const createApiKey = async (
  database: Database,
  { name, keyHash, role }: Pick<ApiKey, 'name' | 'keyHash' | 'role'>,
): Promise<ApiKey> => {
  const [row] = await ask(
    database.insert(apiKeys).values({ id: randomUUID(), name, keyHash, role }).returning(),
  );
  return row!; // An insert without a condition returns its row.
};

/** The key with this hash, unless it was revoked. */
export const findApiKey = async (
  database: Database,
  keyHash: string,
): Promise<ApiKey | undefined> => {
  const rows = await ask(
    database
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.keyHash, keyHash), isNull(apiKeys.revokedAt))),
  );
  return rows[0];
};

/** From now on the key opens nothing; what it enqueued stays. */
export const revokeApiKey = async (
  database: Database,
  id: string,
  now = new Date(),
): Promise<void> => {
  await ask(database.update(apiKeys).set({ revokedAt: now }).where(eq(apiKeys.id, id)));
};
