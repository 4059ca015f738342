import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const STANDBY = fileURLToPath(new URL('standby.ts', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../cli/bin/taskyard.mjs', import.meta.url));

/** Tests start two workers at once, and some a third. */
const SPARES = 3;

/** What a suite sends first; signals follow, a name a line. */
type Order = { args: string[]; env: Record<string, string> };

/**
 * Starts `taskyard worker` for whoever connects: one line of JSON says with what, a line with a name of a
 * signal sends it on, and at the end one line of JSON says how it ended and what it printed.
 */
export const startWorkerService = async ({
  path,
  tasks,
  env,
}: {
  path: string;
  tasks: URL;
  env: Readonly<Record<string, string>>;
}): Promise<AsyncDisposable> => {
  const alive = new Set<ChildProcess>();
  const spares: ChildProcess[] = [];

  const addSpare = () => {
    const child = fork(STANDBY, [COMMAND, tasks.href], {
      silent: true,
      env: { ...process.env, ...env },
    });
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    spares.push(child);
  };
  for (let count = 0; count < SPARES; count += 1) addSpare();

  const serve = async (socket: Socket) => {
    const child = spares.shift();
    addSpare();
    if (child === undefined) throw new Error('no worker stands by');
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
      output?.on('data', (chunk) => (said += String(chunk)));
    }
    const lines = createInterface({ input: socket });
    let started = false;
    lines.on('line', (line) => {
      if (started) return void child.kill(line as NodeJS.Signals);
      started = true;
      const order = JSON.parse(line) as Order;
      const include = ['worker', '--include', fileURLToPath(tasks)];
      child.send({ ...order, args: [...include, ...order.args] });
    });
    socket.once('close', () => child.kill('SIGKILL'));
    const [code] = (await once(child, 'close')) as [number | null];
    if (socket.writable) socket.end(`${JSON.stringify({ code, said })}\n`);
  };

  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket).catch((error: unknown) => socket.destroy(error as Error));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      for (const child of alive) child.kill('SIGKILL');
    },
  };
};
