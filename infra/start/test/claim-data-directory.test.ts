import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimDataDirectory } from '../src/claim-data-directory.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const NO_PROCESS = 4_194_305; // One more than Linux ever gives.

test('a directory is free again when its owner has let go', async () => {
  await using directory = await temporaryDirectory();

  const first = await claimDataDirectory(directory.path);
  await first[Symbol.asyncDispose]();

  await using second = await claimDataDirectory(directory.path);
  expect(second).toBeDefined();
});

test.for([
  { left: String(NO_PROCESS), by: 'a start that was killed' },
  { left: '1', by: 'a start whose pid another program has now' },
  { left: 'nonsense', by: 'nobody' },
])('a file left by $by is no obstacle', async ({ left }) => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'start.pid'), left);

  await using claim = await claimDataDirectory(directory.path);
  expect(claim).toBeDefined();
});
