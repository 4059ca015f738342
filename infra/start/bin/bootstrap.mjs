// Runs under whatever Node the machine has, before anything is installed: plain JavaScript, no imports
// from node_modules.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LOCK_FILE = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.taskyard-lock');
const OLDEST_NODE = 20; // What the installers need; the platform itself brings its own Node 24.
const PLATFORM_NODE = 24;

/** Installs what is missing, then runs `entry` (from the project's root) under Node 24 as if it were us. */
export const bootstrap = (entry) => {
  checkNode();
  if (!isInstalled()) install();
  runAsUs(platformNode(), [join(ROOT, entry), ...process.argv.slice(2)]);
};

const fail = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

const major = (version) => Number(version.replace(/^v/, '').split('.')[0]);

const checkNode = () => {
  if (major(process.version) >= OLDEST_NODE) return;
  fail(
    `Node ${OLDEST_NODE} or newer is needed, this is ${process.version}. See https://nodejs.org.`,
  );
};

/** Whether node_modules is what the lock file says, by our stamp or by npm's own record. */
const isInstalled = () => {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash()) return true;
  if (!installedByHand()) return false;
  writeStamp();
  return true;
};

const lockHash = () => createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');

const writeStamp = () => {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, lockHash());
};

/** npm notes in a hidden lock file what it installed; packages for other platforms are not in it. */
const installedByHand = () => {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const locked = Object.entries(JSON.parse(readFileSync(LOCK_FILE, 'utf8')).packages);
  return locked
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, { version, optional, devOptional }]) =>
      installed[path] ? installed[path].version === version : optional || devOptional,
    );
};

const install = () => {
  process.stdout.write('Installing the dependencies (npm ci), once; this takes about a minute …\n');
  // npm tells its scripts where it lies; run it under the same Node, without looking for it on PATH.
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const { status, stdout, stderr, error } = spawnSync(
    command,
    [...args, 'ci', '--no-fund', '--no-audit', '--loglevel=error'],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0)
    fail(`${stdout ?? ''}${stderr ?? ''}npm ci failed: ${error ?? `exit code ${status}`}.`);
  writeStamp();
};

/** The Node that npm installed for this platform, or the machine's own if that is new enough. */
const platformNode = () => {
  const own = join(
    ROOT,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  );
  const { status, stdout } = spawnSync(own, ['--version'], { encoding: 'utf8' });
  if (status === 0 && major(stdout) >= PLATFORM_NODE) return own;
  if (major(process.version) >= PLATFORM_NODE) return process.execPath;
  return fail(
    `There is no packaged Node ${PLATFORM_NODE} for ${process.platform}-${process.arch}. ` +
      `Install Node ${PLATFORM_NODE} or newer from https://nodejs.org and run this again.`,
  );
};

const SAME_KEY_PRESS_MS = 500;

/**
 * The program gets a session of its own, because one Ctrl-C reaches us twice, from the terminal and
 * from npm, and would count as the second, impatient one; it is passed on once.
 */
const runAsUs = (command, args) => {
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    },
  });
  child.on('error', (error) => fail(`Cannot run ${command}: ${error.message}`));
  const dismissGuard = endItWhenWeDie(child.pid);
  child.on('exit', (code, signal) => {
    dismissGuard();
    process.exit(code ?? (signal === 'SIGINT' ? 130 : 143));
  });
  let passedOn = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (Date.now() - passedOn < SAME_KEY_PRESS_MS) return;
      passedOn = Date.now();
      child.kill(signal);
    });
  }
  if (process.env.npm_lifecycle_event) endItWhenNpmDies(child);
};

/** Of `kill -9` nobody can tell it but the kernel, which closes our end of the guard's pipe. */
const endItWhenWeDie = (pid) => {
  if (pid === undefined || process.platform === 'win32') return () => {};
  const script = 'read -r _; kill -s TERM "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  return () => guard.kill('SIGKILL');
};

/** npm passes SIGTERM on but cannot pass on SIGKILL; then our parents are no longer who they were. */
const endItWhenNpmDies = (child) => {
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 1_000);
};

/** Our parent's pid and, where /proc tells, its parent's: npm runs us directly or through a shell. */
const parents = () => {
  try {
    // `pid (name) state ppid …`, and the name may hold anything.
    const status = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${status.slice(status.lastIndexOf(')')).split(' ')[2]}`;
  } catch {
    return String(process.ppid);
  }
};
