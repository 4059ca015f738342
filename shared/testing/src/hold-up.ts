import type { ConnectedDatabase } from '@shared/database';
import { eventually } from './eventually.ts';

/** Any number; each test has a database of its own. */
const LOCK = 4711;

/** Whoever writes into a table is held up there, until released. */
export type HoldUp = {
  /** Resolves when somebody waits there. */
  reached(): Promise<void>;
  release(): Promise<void>;
};

/**
 * Holds up everybody who is about to write into a table: for a test that kills them at that very line.
 *
 * @param options.on which writes, as SQL has it; `when` narrows them down, as in `new.status = 'done'`.
 */
export const holdUp = async (
  { $client: pool }: ConnectedDatabase,
  { table, on, when = 'true' }: { table: string; on: 'insert' | 'update'; when?: string },
): Promise<HoldUp> => {
  await pool.query(`
    create function wait_for_test() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$;
    create trigger wait_for_test before ${on} on ${table}
      for each row when (${when}) execute function wait_for_test();`);
  const holder = await pool.connect();
  await holder.query(`select pg_advisory_lock(${LOCK})`);
  return {
    async reached() {
      await eventually(async () => {
        const { rowCount } = await pool.query(
          "select 1 from pg_locks where locktype = 'advisory' and not granted",
        );
        if (rowCount !== 1) throw new Error(`nobody writes into ${table} yet`);
      });
    },
    async release() {
      await holder.query(`select pg_advisory_unlock(${LOCK})`);
      holder.release();
    },
  };
};
