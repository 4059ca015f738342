#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still say what is wrong or hand over to the project's own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  await import('../src/main.ts');
} else {
  const own = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
  if (!existsSync(own)) {
    process.stderr.write(
      `taskyard needs Node ${NEEDED_MAJOR} or newer; this is ${process.version}. Run "npm ci" in the project, or install it.\n`,
    );
    process.exit(1);
  }
  const { status } = spawnSync(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
