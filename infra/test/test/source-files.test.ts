import { expect, test } from 'vitest';
import { importsOf, packageOf } from './source-files.ts';

test.for([
  { text: `import { a } from 'zod';`, specifier: 'zod', typeOnly: false },
  { text: `import type { A } from './a.ts';`, specifier: './a.ts', typeOnly: true },
  { text: `import {\n  a,\n  type B,\n} from "./b.ts";`, specifier: './b.ts', typeOnly: false },
  { text: `import a, { b } from 'pino';`, specifier: 'pino', typeOnly: false },
  { text: `import * as c from 'c';`, specifier: 'c', typeOnly: false },
  { text: `export { d } from './d.ts';`, specifier: './d.ts', typeOnly: false },
  { text: `export type { E } from './e.ts';`, specifier: './e.ts', typeOnly: true },
  { text: `export * from './f.ts';`, specifier: './f.ts', typeOnly: false },
  { text: `import './g.ts';`, specifier: './g.ts', typeOnly: false },
  { text: `const { h } = await import('./h.ts');`, specifier: './h.ts', typeOnly: false },
])('$text', ({ text, specifier, typeOnly }) => {
  expect(importsOf(text)).toEqual([{ specifier, typeOnly }]);
});

test('code in strings, and a file without imports, import nothing', () => {
  expect(importsOf(`write("import { a } from './a.mjs';");\nexport const b = 1;`)).toEqual([]);
});

test('a package is named by its scope and its name', () => {
  expect(packageOf('@shared/testing/vitest')).toBe('@shared/testing');
  expect(packageOf('zod/v4')).toBe('zod');
});
