import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedServerError } from '@shared/errors';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { handOver, type Unprivileged } from './unprivileged.ts';

/** What every database cluster of ours holds: one role, which owns one database. */
export const ROLE = 'taskyard';

export type Cluster = { data: string; password: string };

/**
 * The database cluster in `directory`, made at the first call: `data/` beside `password`, a random
 * one that only our user can read. A half-made cluster of a killed process is made anew.
 */
export const openCluster = async (
  directory: string,
  { binaries, as, durable }: { binaries: PostgresBinaries; as: Unprivileged; durable: boolean },
): Promise<Cluster> => {
  const data = join(directory, 'data');
  const passwordFile = join(directory, 'password');
  const made = await stat(data).catch(() => undefined);
  if (made === undefined)
    await createCluster(directory, { data, passwordFile, binaries, as, durable });
  await handOver(data, as.ownerUid);
  return { data, password: (await readFile(passwordFile, 'utf8')).trim() };
};

const createCluster = async (
  directory: string,
  {
    data,
    passwordFile,
    binaries,
    as,
    durable,
  }: {
    data: string;
    passwordFile: string;
    binaries: PostgresBinaries;
    as: Unprivileged;
    durable: boolean;
  },
) => {
  const draft = join(directory, 'data.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  await chmod(passwordFile, 0o600); // Also when a file of another time was there.
  await handOver(draft, as.ownerUid);
  const options = {
    pgdata: draft,
    username: ROLE,
    pwfile: passwordFile,
    auth: 'scram-sha-256',
    encoding: 'UTF8',
    locale: 'C',
    'locale-provider': 'builtin',
    'builtin-locale': 'C.UTF-8',
  };
  await finishes([
    ...as.prefix,
    binaries.initdb,
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...(durable ? [] : ['--no-sync']),
  ]);
  const createDatabase = `CREATE DATABASE ${ROLE} OWNER ${ROLE};\n`;
  await finishes(
    [...as.prefix, binaries.postgres, '--single', '-D', draft, 'postgres'],
    createDatabase,
  );
  await rename(draft, data);
};

/** @throws {EmbeddedServerError} with what the program said, unless it exits 0. */
const finishes = async ([command = '', ...args]: readonly string[], input = '') => {
  const child = spawn(command, args, { env: serverEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  child.stdin.on('error', () => {}); // It may end before it has read everything.
  child.stdin.end(input);
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : `exit code ${code}`));
  });
  if (failure === undefined) return;
  throw new EmbeddedServerError('PostgreSQL', {
    why: `making its data directory failed (${failure})`,
    fix: 'See what it said; set DATABASE_URL to use another server.',
    lastLines: said.join('').trim().split('\n').slice(-20),
  });
};

/** Without the PG… variables of the shell that started us, and with English messages. */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  TZ: 'UTC',
});
