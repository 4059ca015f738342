import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkPlace } from '../../src/work/work-place.ts';
import { openStudio } from '../studio.ts';

test('a working folder of a process that died is swept, others stay', async () => {
  await using studio = await openStudio({ workers: false });
  const root = join(studio.folder, 'swept');
  const dead = `${hostname()}~999999999~1`;
  // Our own process id in the hands of a process that started at another time.
  const before = `${hostname()}~${process.pid}~1`;
  for (const name of [dead, before, 'elsewhere~1~1', 'something-else']) {
    await mkdir(join(root, name, 'job-x'), { recursive: true });
    await writeFile(join(root, name, 'job-x', 'file'), 'left');
  }

  await using place = await openWorkPlace(root);
  const names = await readdir(root);

  expect(names).not.toContain(dead);
  expect(names).not.toContain(before);
  expect(names).toEqual(expect.arrayContaining(['elsewhere~1~1', 'something-else']));
  expect(place).toBeDefined();
});

test('work that does not fit the disk is refused before it begins, and room is given back', async () => {
  await using studio = await openStudio({ workers: false });
  await using place = await openWorkPlace(join(studio.folder, 'disk'));

  await expect(place.open(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({
    code: 'disk_full',
    retryable: true,
  });
  await using folder = await place.open(1_000);
  expect(folder.path).toContain('job-');
});
