import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@shared/embedded';
import type { TestProject } from 'vitest/node';
import { dropDatabases } from './admin-client.ts';
import './provided-servers.ts';

/** Protocols that have no prefix of their own take a database for each file of tests. */
const MANY_DATABASES = ['--databases', '64'];

/**
 * Once per package and run: a throw-away Redis, and a PostgreSQL for packages that depend on
 * `@shared/database`. `TEST_REDIS_URL` and `TEST_DATABASE_URL` name servers to use instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { TEST_REDIS_URL, TEST_DATABASE_URL } = process.env;
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-test-'));
  const opened = new AsyncDisposableStack();
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  try {
    const redisUrl =
      TEST_REDIS_URL ??
      opened.use(await startRedis({ directory: join(directory, 'redis'), args: MANY_DATABASES }))
        .url;
    project.provide('redisUrl', redisUrl);

    const databasePrefix = `test_${randomBytes(4).toString('hex')}_`;
    project.provide('databasePrefix', databasePrefix);
    const wanted = await dependsOnDatabase(project.config.root);
    const databaseUrl = wanted ? (TEST_DATABASE_URL ?? (await startOwn(directory, opened))) : '';
    project.provide('databaseUrl', databaseUrl);
    if (wanted && TEST_DATABASE_URL !== undefined) {
      opened.defer(() => dropDatabases(TEST_DATABASE_URL, databasePrefix));
    }
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
  return () => opened.disposeAsync();
}

const startOwn = async (directory: string, opened: AsyncDisposableStack) => {
  const home = join(directory, 'postgres');
  return opened.use(await startPostgres({ directory: home, durable: false })).url;
};

const dependsOnDatabase = async (root: string) => {
  // Our own file, whose shape npm has checked.
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    name: string;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  const names = { ...manifest.dependencies, ...manifest.devDependencies };
  return manifest.name === '@shared/database' || '@shared/database' in names;
};
