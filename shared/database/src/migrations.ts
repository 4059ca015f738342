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
 * The numbered SQL files, in their order.
 *
 * @throws {MigrationError} for a name that does not fit, or a number that is missing or given twice.
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

const checkNumber = (name: string, index: number) => {
  const expected = String(index + 1).padStart(4, '0');
  if (NAME.exec(name)?.[1] === expected) return;
  throw new MigrationError(name, {
    why: `the file in place ${index + 1} must be named ${expected}_<what_it_does>.sql`,
    fix: 'Number the files from 0001 without gaps; two people may have taken the same number.',
  });
};
