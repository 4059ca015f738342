import type { HealthCheck } from '@shared/service';
import { sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';

/** Whether queries are answered right now. */
export const databaseHealth =
  (database: Database): HealthCheck =>
  async () => {
    try {
      await ask(database.execute(sql`select 1`));
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: String(error) };
    }
  };
