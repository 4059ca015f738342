import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';

/** One import or re-export, as it stands in a source file. */
export type Import = {
  /** What is asked for: `./task.ts`, `zod`, `@shared/errors`. */
  specifier: string;
  /** Erased before the code runs, so it can neither load anything nor close a circle. */
  typeOnly: boolean;
};

export type SourceFile = {
  /** From the root, as in `shared/queue/src/index.ts`. */
  path: string;
  text: string;
  imports: readonly Import[];
};

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm;
const SIDE_EFFECT = /^[ \t]*import\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Every TypeScript file below a project's folder, with what it imports. */
export const sourceFiles = async (directory: string): Promise<SourceFile[]> => {
  const names = await readdir(join(PROJECT_ROOT, directory), { recursive: true });
  const paths = names
    .filter((name) => /\.m?ts$/.test(name) && !/(^|\/)node_modules\//.test(name))
    .map((name) => `${directory}/${name}`)
    .sort();
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(PROJECT_ROOT, path), 'utf8');
      return { path, text, imports: importsOf(text) };
    }),
  );
};

/** Works on the text: TypeScript 7 has no parser that JavaScript can call. */
export const importsOf = (text: string): Import[] => [
  ...[...text.matchAll(STATEMENT)].map(([, type, specifier = '']) => ({
    specifier,
    typeOnly: type !== undefined,
  })),
  ...[...text.matchAll(SIDE_EFFECT), ...text.matchAll(DYNAMIC)].map(([, specifier = '']) => ({
    specifier,
    typeOnly: false,
  })),
];

/** The package of a specifier: `@shared/testing/vitest` is of `@shared/testing`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export const isRelative = (specifier: string): boolean => specifier.startsWith('.');
