import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const SOURCE = new URL('../src/', import.meta.url);

test('drizzle is loaded in one place, so that it is loaded cheaply', async () => {
  const names = (await readdir(SOURCE, { recursive: true })).filter((name) => name.endsWith('.ts'));

  const loading = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, SOURCE), 'utf8');
      return /^import (?!type\b)[^;]*? from 'drizzle-orm/m.test(text) ? [name] : [];
    }),
  );

  expect(names.length).toBeGreaterThan(20);
  expect(loading.flat()).toEqual([]);
});
