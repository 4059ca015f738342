import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MigrationError } from '@shared/errors';

export type Migration = {
  /** The file's name, as in `0001_accounts.sql`. */
  name: string;
  sql: string;
  /** SHA-256 in hex. */
  checksum: string;
};

export const MIGRATIONS_DIRECTORY = new URL('../migrations/', import.meta.url);

const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * The numbered SQL files, in their order. A number may be missing: work that lands later brings it,
 * and it runs then.
 *
 * @throws {MigrationError} for a name that does not fit, or a number that is given twice.
 */
export const readMigrations = async (directory: URL): Promise<Migration[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  names.forEach(checkNumber);
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const checkNumber = (name: string, index: number, names: readonly string[]) => {
  const number = NAME.exec(name)?.[1];
  if (number === undefined) {
    throw new MigrationError(name, {
      why: 'its name is not four digits, "_" and what it does',
      fix: 'Name it as in 0007_what_it_does.sql.',
    });
  }
  const before = names[index - 1];
  if (before?.startsWith(`${number}_`) !== true) return;
  throw new MigrationError(name, {
    why: `${before} has its number too`,
    fix: 'Two people took the same number: give the later one the next that is free.',
  });
};
