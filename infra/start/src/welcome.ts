import { relative } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import type { DataServer, DataServers } from './data-servers.ts';
import type { PlatformProcess } from './processes.ts';
import { renderTable, type Row } from './table.ts';

/** What is shown once everything runs: a table, and three things to do in the order that fits. */
export const welcome = ({
  dataDirectory,
  wiring,
  servers,
  processes,
  ready,
}: {
  dataDirectory: string;
  wiring: Readonly<Record<string, string>>;
  servers: DataServers;
  processes: readonly PlatformProcess[];
  ready: ReadonlySet<PlatformProcess>;
}): string => {
  const rows = [
    ...processes.map((one) => processRow(one, ready.has(one))),
    serverRow(servers.redis, 'queues'),
    serverRow(servers.postgres, 'database'),
  ];
  const missing = processes.filter((one) => !ready.has(one)).map(({ name }) => name);
  const all =
    missing.length === 0 ? 'Taskyard runs' : `Taskyard runs without ${missing.join(', ')}`;
  return `
${all}. Its data and logs are in ${readablePath(dataDirectory)} and stay there.

${renderTable(rows)}

The dashboard's login is ${wiring['DASHBOARD_USER']} / ${wiring['DASHBOARD_PASSWORD']}

Try:
${hints(wiring)}

Ctrl-C stops everything.`;
};

/** Why a process is missing from those that are ready, as far as its own words tell. */
export const explainNotReady = (
  { name, lastLines }: Pick<PlatformProcess, 'name' | 'lastLines'>,
  logFile: string,
): string =>
  [
    `\n${name} is not ready after a minute. Its last lines, from ${logFile}:`,
    ...lastLines().map((line) => `  ${line}`),
  ].join('\n');

const processRow = (one: PlatformProcess, isReady: boolean): Row => {
  const pid = one.pid();
  const running = isReady ? `ready, pid ${pid}` : `not ready, pid ${pid}`;
  return {
    name: one.name,
    what: one.description,
    address: one.address ?? '',
    state: pid === undefined ? 'crashed, starts again' : running,
  };
};

const serverRow = ({ name, url, own }: DataServer, what: string): Row => ({
  name,
  what,
  address: withoutPassword(url),
  state: own === undefined ? 'given' : `ready, pid ${own.pid()}`,
});

const readablePath = (directory: string) => {
  const inside = relative(PROJECT_ROOT, directory);
  return inside.startsWith('..') ? directory : `${inside}/`;
};

/** An address may name several hosts, which `URL` does not read. */
const withoutPassword = (url: string) => url.replace(/\/\/[^@/]*@/, '//');

const hints = ({ TASKYARD_URL, MAILBOX_URL }: Readonly<Record<string, string>>) =>
  [
    `  open ${TASKYARD_URL}    # register, upload, follow, and watch it happen`,
    `  curl -s ${TASKYARD_URL}/register -H 'content-type: application/json' \\`,
    `    -d '{"email":"ada@example.com","username":"ada","firstName":"Ada","password":"correct horse battery staple"}'`,
    ...(MAILBOX_URL === undefined ? [] : [`  open ${MAILBOX_URL}    # the welcome mail is there`]),
    `  npm run demo    # uploads a photo, and shows every queue at work`,
  ].join('\n');
