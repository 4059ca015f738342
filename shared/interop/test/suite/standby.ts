// A worker that has loaded everything and waits to be told its command line, for suites that start hundreds
// and give each as long as Python takes.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

const [command = '', tasks = ''] = process.argv.slice(2);
const parts = new URL('../src/run.ts', pathToFileURL(command));
await Promise.all([import(parts.href), import(tasks)]);
const [order] = (await once(process, 'message')) as [
  { args: string[]; env: Record<string, string> },
];
Object.assign(process.env, order.env);
process.argv = [process.execPath, command, ...order.args];
await import(command);
