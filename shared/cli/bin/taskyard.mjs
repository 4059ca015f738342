#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still say what is wrong or hand over to the project's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const OWN_NODE = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  drainWhenOrphaned();
  await import('../src/main.ts');
} else if (existsSync(OWN_NODE)) {
  handOver();
} else {
  process.stderr.write(
    `taskyard needs Node ${NEEDED_MAJOR} or newer; this is ${process.version}. Run "npm ci" in the project, or install it.\n`,
  );
  process.exit(1);
}

/** Runs this file again under the project's Node, and passes on how we are told to stop. */
function handOver() {
  const child = spawn(OWN_NODE, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const passOn = (signal) => child.kill(signal);
  process.on('SIGTERM', passOn);
  process.on('SIGHUP', passOn);
  // A Ctrl-C reaches the child by itself; passed on, it would count as the second, impatient one.
  process.on('SIGINT', process.stdin.isTTY ? () => {} : passOn);
  child.on('error', (error) => {
    process.stderr.write(`taskyard cannot run ${OWN_NODE}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** Whoever started us holds the channel; once it is gone, nobody could stop us any more. */
function drainWhenOrphaned() {
  if (process.channel === undefined) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
