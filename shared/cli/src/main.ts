import { text } from 'node:stream/consumers';
import { runCommandLine } from './run.ts';

// A reader that has seen enough (`taskyard tasks | head`) is no failure.
process.stdout.on('error', () => process.exit(0));

const exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
  readInput: () => text(process.stdin),
  interactive: process.stdout.isTTY,
});

// What a library left open (a keep-alive socket, an idle timer) must not hold the process.
process.exit(exitCode);
