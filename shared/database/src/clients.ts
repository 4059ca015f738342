import { eq } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Client, clients } from './tables/clients.ts';

export const createClient = async (
  database: Database,
  client: Pick<Client, 'ownerId' | 'name' | 'email' | 'formData'>,
): Promise<Client> => {
  const [row] = await ask(database.insert(clients).values(client).returning());
  return row!; // An insert without a condition returns its row.
};

export const findClient = async (
  database: Database,
  clientId: number,
): Promise<Client | undefined> => {
  const rows = await ask(database.select().from(clients).where(eq(clients.id, clientId)));
  return rows[0];
};

export const deleteClient = async (database: Database, clientId: number): Promise<void> => {
  await ask(database.delete(clients).where(eq(clients.id, clientId)));
};
