import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { developmentSecrets } from '../src/secrets.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('the second start finds the secrets of the first', async () => {
  await using directory = await temporaryDirectory();

  const first = await developmentSecrets(directory.path);

  await expect(developmentSecrets(directory.path)).resolves.toEqual(first);
  expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
});

test('nobody else may read them', async () => {
  await using directory = await temporaryDirectory();
  await developmentSecrets(directory.path);

  const { mode } = await stat(join(directory.path, 'secrets.json'));

  expect(mode & 0o777).toBe(0o600);
});

test('a secret that a newer version needs joins those that are there', async () => {
  await using directory = await temporaryDirectory();
  const { SESSION_SECRET } = await developmentSecrets(directory.path);
  await writeFile(join(directory.path, 'secrets.json'), JSON.stringify({ SESSION_SECRET }));

  const secrets = await developmentSecrets(directory.path);

  expect(secrets).toEqual({ ...secrets, SESSION_SECRET });
  expect(secrets.TASKYARD_API_KEY).toMatch(/^ty_/);
});
