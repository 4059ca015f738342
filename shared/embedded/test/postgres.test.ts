import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../src/project-root.ts';
import { startPostgres } from '../src/postgres.ts';
import { isAlive } from './is-alive.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const isRoot = process.getuid?.() === 0;

test('a directory that is opened again holds what was written', async () => {
  await using directory = await temporaryDirectory();
  const options = { directory: join(directory.path, 'postgres'), durable: false };

  {
    await using server = await startPostgres(options);
    await query(server.url, `create table notes as select 'hello' as text`);
  }
  await using server = await startPostgres(options);

  await expect(query(server.url, 'select * from notes')).resolves.toEqual([{ text: 'hello' }]);
});

test('a server that was killed recovers what was committed', async () => {
  await using directory = await temporaryDirectory();

  const killed = await startPostgres({ directory: directory.path });
  await query(killed.url, `create table notes as select 'hello' as text`);
  await killed.kill();
  await using server = await startPostgres({ directory: directory.path });

  await expect(query(server.url, 'select * from notes')).resolves.toEqual([{ text: 'hello' }]);
  expect(await isAlive(killed.pid)).toBe(false);
});

test('a lock file whose pid belongs to another program by now is no obstacle', async () => {
  await using directory = await temporaryDirectory();
  const killed = await startPostgres({ directory: directory.path, durable: false });
  const lockFile = join(directory.path, 'data', 'postmaster.pid');
  await killed.kill();
  const lock = await readFile(lockFile, 'utf8');
  await writeFile(lockFile, lock.replace(/^\d+/, String(process.pid)));

  await using server = await startPostgres({ directory: directory.path, durable: false });

  await expect(query(server.url, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
});

test('nobody gets in without the password, which only our user can read', async () => {
  await using directory = await temporaryDirectory();
  await using server = await startPostgres({ directory: directory.path, durable: false });
  const guessed = new URL(server.url);
  guessed.password = 'guess';

  await expect(query(guessed.href, 'select 1')).rejects.toThrow('password authentication failed');
  const { mode } = await stat(join(directory.path, 'password'));
  expect(mode & 0o777).toBe(0o600);
});

test('a directory whose making was interrupted is made anew', async () => {
  await using directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'data.new', 'base'), { recursive: true });
  await writeFile(join(directory.path, 'password'), 'of another time');

  await using server = await startPostgres({ directory: directory.path, durable: false });

  await expect(query(server.url, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
});

test("root may run it in another user's closed folder", async ({ skip }) => {
  skip(!isRoot, 'only root can give a folder to another user');
  // Of two closed folders of different users initdb passes one: it asks `access`, which knows no capabilities.
  skip(await isClosed(PROJECT_ROOT), 'the project itself lies in a folder that only root may pass');
  await using directory = await temporaryDirectory();
  const home = join(directory.path, 'postgres');
  await mkdir(home);
  await chown(home, 1000, 1000);
  await chmod(home, 0o700);

  await using server = await startPostgres({ directory: home, durable: false });

  await expect(query(server.url, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
});

/** Whether a folder on the way is closed to others than its owner. */
const isClosed = async (path: string): Promise<boolean> => {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return true;
  return dirname(path) === path ? false : isClosed(dirname(path));
};

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};
