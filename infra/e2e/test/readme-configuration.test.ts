import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '@shared/embedded';
import { expect, test } from 'vitest';
import { readmeVariables } from '../src/readme.ts';

type Environment = Record<string, string>;

/** Where each reader of the README's table has its schema. */
const CONFIGS: Readonly<Record<string, string>> = {
  api: 'services/api/src/config.ts',
  emails: 'services/emails/src/config.ts',
  notifications: 'services/notifications/src/config.ts',
  images: 'services/images/src/config.ts',
  analytics: 'services/analytics/src/config.ts',
  video: 'services/video/src/config.ts',
  documents: 'services/documents/src/config.ts',
  drawings: 'services/drawings/src/config.ts',
  bridge: 'services/bridge/src/config.ts',
  beat: 'services/beat/src/config.ts',
  dashboard: 'services/dashboard/src/config.ts',
  mailbox: 'infra/mailbox/src/config.ts',
  start: 'infra/start/src/config.ts',
  demo: 'infra/demo/src/config.ts',
  cli: 'shared/cli/src/config.ts',
};

const INTEROP = ['celery', 'rq', 'arq'].map(
  (protocol) => `shared/interop/src/${protocol}/environment.ts`,
);

const WORKER = [...INTEROP, 'shared/service/src/worker-environment.ts'];
const STORING = [...WORKER, 'shared/service/src/storage-environment.ts'];

/** What a reader spreads into its schema from elsewhere. */
const SPREAD: Readonly<Record<string, readonly string[]>> = {
  bridge: INTEROP,
  emails: STORING,
  notifications: WORKER,
  images: STORING,
  video: STORING,
  analytics: WORKER,
  documents: STORING,
  drawings: STORING,
  beat: WORKER,
  cli: INTEROP,
};

/** Without these some process would refuse to start, or make one up. */
const NEEDED: Environment = {
  DATABASE_URL: 'postgres://127.0.0.1/taskyard',
  DASHBOARD_PASSWORD: 'correct horse battery staple',
  SESSION_SECRET: 'x'.repeat(32),
};

const VARIABLE = /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|PORT|HOST|CONCURRENCY):/g;

/** What a process makes of an environment. */
const load = async (reader: string, env: Environment): Promise<unknown> => {
  const path = join(PROJECT_ROOT, CONFIGS[reader] ?? '');
  const config = (await import(pathToFileURL(path).href)) as Record<
    string,
    (env: unknown) => unknown // Each takes the environment; the command line takes its context.
  >;
  return reader === 'cli'
    ? config['loadWorkerConfig']?.({ env, cwd: tmpdir() })
    : config['loadConfig']?.(env);
};

const rows = readmeVariables();

test.for(Object.entries(CONFIGS))('the README names what %s reads', async ([reader, path]) => {
  const paths = [path, ...(SPREAD[reader] ?? [])];
  const sources = await Promise.all(paths.map((at) => readFile(join(PROJECT_ROOT, at), 'utf8')));
  const read = new Set([...sources.join('\n').matchAll(VARIABLE)].map(([, name = '']) => name));

  const documented = rows.filter(({ readers }) => readers.includes(reader));

  expect(documented.map(({ variable }) => variable).sort()).toEqual([...read].sort());
});

test('every reader in the README is a process', () => {
  const readers = new Set(rows.flatMap((row) => row.readers));

  expect([...readers].sort()).toEqual(Object.keys(CONFIGS).sort());
});

const defaults = rows.flatMap(({ variable, readers, standard }) =>
  standard === undefined ? [] : readers.map((reader) => ({ variable, reader, standard })),
);

test.for(defaults)(
  '$variable is $standard for $reader unless set',
  async ({ variable, reader, standard }) => {
    const unset = await load(reader, NEEDED);

    const set = await load(reader, { ...NEEDED, [variable]: standard });

    expect(set).toEqual(unset);
  },
);

test('the README gives a unit for each variable', () => {
  expect(rows.filter(({ unit }) => unit === '')).toEqual([]);
});
