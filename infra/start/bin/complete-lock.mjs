// Completes package-lock.json after an install. npm leaves out optional packages of other platforms
// that the registry it asked does not have, and `npm ci` then refuses the lock file everywhere.
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../../../package-lock.json', import.meta.url);
const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const { packages } = lock;

const nameOf = (words, names) => names.find((name) => words.some((word) => word.startsWith(name)));

const missing = Object.entries(packages).flatMap(([parent, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies).flatMap(([name, range]) => {
    const path = `node_modules/${name}`;
    if (packages[path] !== undefined || packages[`${parent}/${path}`] !== undefined) return [];
    const words = name.replaceAll('windows', 'win32').split(/[/-]/);
    const system = nameOf(words, SYSTEMS);
    const processor = nameOf(words, PROCESSORS);
    const stub = {
      version: range.replace(/^[\^~]/, ''),
      optional: true,
      ...(dev ? { dev } : {}),
      ...(processor === undefined ? {} : { cpu: [processor] }),
      ...(system === undefined ? {} : { os: [system] }),
      ...(words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {}),
    };
    return [[path, stub]];
  }),
);

lock.packages = Object.fromEntries(
  [...Object.entries(packages), ...missing].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(
  `package-lock.json: ${missing.length} optional packages of other platforms added\n`,
);
