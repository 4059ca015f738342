import { createHash, randomBytes } from 'node:crypto';
import {
  type ApiKey,
  apiKeys,
  ask,
  connectDatabase,
  createApiKey,
  revokeApiKey,
} from '@shared/database';
import { ApiKeyNotFoundError } from './errors/api-key-not-found-error.ts';

export type ApiKeys = AsyncDisposable & {
  /** The key itself can be had only here: its hash is what is kept. */
  create(name: string, role: ApiKey['role']): Promise<{ id: string; key: string }>;
  /** Oldest first, revoked ones included. */
  list(): Promise<ApiKey[]>;
  /** @throws {ApiKeyNotFoundError} */
  revoke(id: string): Promise<void>;
};

/** The keys of programs that call the API, as they are kept in the database. */
export const openApiKeys = (databaseUrl: string): ApiKeys => {
  const database = connectDatabase(databaseUrl, { maxConnections: 1 });
  const list = () => ask(database.select().from(apiKeys).orderBy(apiKeys.createdAt));
  return {
    list,
    async create(name, role) {
      const key = `ty_${randomBytes(24).toString('base64url')}`;
      const keyHash = createHash('sha256').update(key).digest('hex');
      const { id } = await createApiKey(database, { name, keyHash, role });
      return { id, key };
    },
    async revoke(id) {
      const key = (await list()).find((candidate) => candidate.id === id);
      if (key === undefined) throw new ApiKeyNotFoundError(id);
      if (key.revokedAt === null) await revokeApiKey(database, id);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};
