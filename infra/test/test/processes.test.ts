import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readProcfile } from '@infra/start';
import { PROJECT_ROOT } from '@shared/embedded';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

type ComposeService = {
  command?: string[];
  image: string;
  environment?: Record<string, string | number>;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
};

const procfile = await readProcfile(join(PROJECT_ROOT, 'Procfile'));
// The file is ours, and what this test needs of its shape it checks below.
const compose = parse(await readFile(join(PROJECT_ROOT, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as { services: Record<string, ComposeService> };
const ours = Object.entries(compose.services).filter(([, { image }]) => image === 'taskyard');
const longRunning = procfile.filter(({ name }) => name !== 'release');

const entries = (await readdir(join(PROJECT_ROOT, 'services'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `services/${name}/src/main.ts`);

test.for(entries)(
  '%s is a process of its own in the Procfile and in docker-compose.yml',
  (entry) => {
    expect(longRunning.filter(({ command }) => command.includes(entry))).toHaveLength(1);
    expect(ours.filter(([, { command = [] }]) => command.includes(entry))).toHaveLength(1);
  },
);

test.for(procfile)('$name runs a program and a file that exist', async ({ command }) => {
  const [program = '', ...rest] = command;
  const file = rest.pop() ?? '';

  expect(rest.filter((flag) => !flag.startsWith('--'))).toEqual([]);
  await expect(access(join(PROJECT_ROOT, program))).resolves.toBeUndefined();
  await expect(access(join(PROJECT_ROOT, file))).resolves.toBeUndefined();
});

test.for(procfile)('$name runs the same command in its container', ({ name, command }) => {
  const inCompose = name === 'release' ? 'migrate' : name;

  expect(compose.services[inCompose]?.command).toEqual(command);
});

test('docker-compose.yml runs nothing of ours beside the Procfile but the mailbox', () => {
  const known = procfile.map(({ name }) => (name === 'release' ? 'migrate' : name));

  expect(ours.map(([name]) => name).sort()).toEqual([...known, 'mailbox'].sort());
});

test.for(longRunning)(
  '$name waits in its container for Redis and the database, and is checked',
  ({ name }) => {
    const { environment, depends_on, healthcheck } = compose.services[name] ?? {};

    expect(depends_on).toEqual({
      redis: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    });
    expect(environment).toMatchObject({
      REDIS_URL: 'redis://redis:6379',
      DATABASE_URL: expect.stringContaining('@postgres:5432/'),
    });
    expect(healthcheck?.test?.slice(0, 3)).toEqual([
      'CMD',
      'node_modules/.bin/node',
      'infra/docker/healthcheck.mjs',
    ]);
  },
);

test('containers can be reached from this machine only', () => {
  const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);

  expect(published.length).toBeGreaterThan(0);
  expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test('Redis appends to disk and never evicts, and both servers say when they are ready', () => {
  const { redis, postgres } = compose.services;

  expect(redis?.command?.join(' ')).toContain('--appendonly yes');
  expect(redis?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
  expect(redis?.healthcheck?.test).toBeDefined();
  expect(postgres?.healthcheck?.test).toBeDefined();
});

test('the image is of Node 24 and runs as nobody special', async () => {
  const dockerfile = await readFile(join(PROJECT_ROOT, 'infra', 'docker', 'Dockerfile'), 'utf8');

  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(new Set(bases)).toEqual(new Set(['node:24-slim']));
  expect([...dockerfile.matchAll(/^USER (\S+)/gm)].at(-1)?.[1]).toBe('node');
});
