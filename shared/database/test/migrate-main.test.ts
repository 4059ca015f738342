import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testDatabaseUrl } from '@shared/testing';
import { expect, test } from 'vitest';

const run = (env: Record<string, string>) =>
  promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL('../src/migrate-main.ts', import.meta.url))],
    { env, cwd: '/' },
  );

test('the migrate process brings a database up to date and says what it applied', async () => {
  const { stdout } = await run({ DATABASE_URL: await testDatabaseUrl() });

  expect(JSON.parse(stdout)).toMatchObject({
    msg: 'database migrated',
    applied: expect.arrayContaining(['0001_accounts.sql']),
  });
});

test('without an address it exits 1 and names the variable', async () => {
  await expect(run({})).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('DATABASE_URL must be set'),
  });
});
