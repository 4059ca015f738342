import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { findProjects, type Project, readRootManifest } from '../src/projects.ts';
import { findCycle } from './find-cycle.ts';
import {
  type Import,
  isRelative,
  packageOf,
  type SourceFile,
  sourceFiles,
} from './source-files.ts';

const SCRIPTS = {
  lint: 'oxlint --type-aware --deny-warnings -c ../../.oxlintrc.json .',
  typecheck: 'tsc -p tsconfig.json',
  test: 'vitest run',
};

/** Who may know whom among those that everything else stands on. */
const CORE: Record<string, readonly string[]> = {
  'shared/errors': [],
  'shared/service': ['@shared/errors'],
  'shared/contracts': ['@shared/errors'],
  'shared/queue': ['@shared/errors', '@shared/service', '@shared/contracts'],
};

/** The engine has one door; the benchmark compares with what lies behind it. */
const MAY_IMPORT_BULLMQ = ['shared/queue', 'infra/bench'];

const projects = await findProjects();
const { devDependencies: everybodysTools } = await readRootManifest();
const files = new Map(
  await Promise.all(
    projects.map(async (project) => [project, await sourceFiles(project.directory)] as const),
  ),
);

test('every package has the same three scripts', () => {
  const differing = projects.filter(({ manifest }) =>
    Object.entries(SCRIPTS).some(([name, command]) => manifest.scripts[name] !== command),
  );

  expect(projects.length).toBeGreaterThan(10);
  expect(differing.map(({ directory }) => directory)).toEqual([]);
});

test('services never import services', () => {
  expect(
    violations(inFolder('services'), ({ specifier }) => specifier.startsWith('@services/')),
  ).toEqual([]);
});

test('shared/ never imports a service or the infrastructure', () => {
  const outside = /^@(services|infra)\//;

  expect(violations(inFolder('shared'), ({ specifier }) => outside.test(specifier))).toEqual([]);
});

test.for(Object.entries(CORE))('%s imports only what stands below it', ([directory, allowed]) => {
  const above = ({ specifier }: Import) =>
    specifier.startsWith('@shared/') && !allowed.includes(packageOf(specifier));

  expect(violations(inFolder(directory), above, isSource)).toEqual([]);
});

test('contracts load nothing heavy, also not through what they import', () => {
  const contracts = projects.find(({ directory }) => directory === 'shared/contracts');
  const light = ['zod', '@shared/errors'];
  const heavy = ({ specifier }: Import) =>
    !isRelative(specifier) &&
    !specifier.startsWith('node:') &&
    !light.includes(packageOf(specifier));

  expect(violations(inFolder('shared/contracts'), heavy, isSource)).toEqual([]);
  expect([...closureOf(contracts)].sort()).toEqual([...light].sort());
});

test('only the queue and the benchmark know the engine', () => {
  const others = projects.filter(({ directory }) => !MAY_IMPORT_BULLMQ.includes(directory));

  expect(violations(others, ({ specifier }) => packageOf(specifier) === 'bullmq')).toEqual([]);
});

test('what is imported from another package is named in package.json', () => {
  const undeclared = projects.flatMap((project) =>
    violations([project], ({ specifier }, file) => !isDeclared(specifier, file, project)),
  );

  expect(undeclared).toEqual([]);
});

test("Node's own modules are imported by their whole name", () => {
  const bare = /^(fs|path|os|net|http|https|crypto|util|events|stream|child_process|url)(\/|$)/;

  expect(violations(projects, ({ specifier }) => bare.test(specifier))).toEqual([]);
});

test('no relative import leaves its package', () => {
  const leaving = projects.flatMap((project) =>
    violations([project], ({ specifier }, { path }) => {
      const target = posix.join(posix.dirname(path), specifier);
      return isRelative(specifier) && !target.startsWith(`${project.directory}/`);
    }),
  );

  expect(leaving).toEqual([]);
});

test('no source files import each other in a circle', () => {
  const graph = new Map(
    [...files.values()]
      .flat()
      .filter(isSource)
      .map(({ path, imports }) => [
        path,
        imports
          .filter(({ specifier, typeOnly }) => isRelative(specifier) && !typeOnly)
          .map(({ specifier }) => posix.join(posix.dirname(path), specifier)),
      ]),
  );

  expect(findCycle(graph)).toBeUndefined();
});

test('no packages depend on each other in a circle', () => {
  const graph = new Map(
    projects.map(({ manifest }) => [manifest.name, Object.keys(manifest.dependencies)]),
  );

  expect(findCycle(graph)).toBeUndefined();
});

test('exports are written out', () => {
  const everything = [...files.values()]
    .flat()
    .filter(({ text }) => /^export \* /m.test(text))
    .map(({ path }) => path);

  expect(everything).toEqual([]);
});

const inFolder = (folder: string) =>
  projects.filter(({ directory }) => directory === folder || directory.startsWith(`${folder}/`));

const isSource = ({ path }: SourceFile) => path.split('/')[2] === 'src';

/** `file → specifier` for each import that `isWrong`. */
const violations = (
  of: readonly Project[],
  isWrong: (one: Import, file: SourceFile) => boolean,
  among: (file: SourceFile) => boolean = () => true,
): string[] =>
  of
    .flatMap((project) => files.get(project) ?? [])
    .filter(among)
    .flatMap((file) =>
      file.imports
        .filter((one) => isWrong(one, file))
        .map(({ specifier }) => `${file.path} → ${specifier}`),
    );

const isDeclared = (specifier: string, file: SourceFile, { manifest }: Project) => {
  if (isRelative(specifier) || specifier.startsWith('node:')) return true;
  const name = packageOf(specifier);
  if (name in manifest.dependencies) return true;
  if (isSource(file)) return false;
  return name === manifest.name || name in manifest.devDependencies || name in everybodysTools;
};

/** Every package that comes with a project's dependencies, as far as they are ours. */
const closureOf = (project: Project | undefined, seen = new Set<string>()): Set<string> => {
  for (const name of Object.keys(project?.manifest.dependencies ?? {})) {
    if (seen.has(name)) continue;
    seen.add(name);
    closureOf(
      projects.find(({ manifest }) => manifest.name === name),
      seen,
    );
  }
  return seen;
};
