import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});

const Manifest = z.looseObject({
  name: z.string(),
  scripts: names,
  dependencies: names,
  devDependencies: names,
});

/** A workspace of the monorepo: its folder from the root, and what its package.json says. */
export type Project = { directory: string; manifest: z.infer<typeof Manifest> };

const RootManifest = z.looseObject({ workspaces: z.array(z.string()), devDependencies: names });

/** What the root's package.json gives to all: the workspaces' patterns and the common tools. */
export const readRootManifest = async (root = PROJECT_ROOT) =>
  RootManifest.parse(await readJson(join(root, 'package.json')));

/** Every workspace that the root's package.json lists, in its order. */
export const findProjects = async (root = PROJECT_ROOT): Promise<Project[]> => {
  const { workspaces } = await readRootManifest(root);
  const directories = await Promise.all(workspaces.map((pattern) => expand(root, pattern)));
  const projects = await Promise.all(
    directories.flat().map(async (directory) => {
      const manifest = await readJson(join(root, directory, 'package.json'));
      return manifest === undefined ? [] : [{ directory, manifest: Manifest.parse(manifest) }];
    }),
  );
  return projects.flat();
};

/** `services/*` is every folder in it; npm's other patterns are not in use. */
const expand = async (root: string, pattern: string) => {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  const entries = await readdir(join(root, parent), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`)
    .sort();
};

const readJson = async (path: string): Promise<unknown> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
};
