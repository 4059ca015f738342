import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes one line of a process's output. */
export type LineSink = (line: string) => void;

export type LogFiles = AsyncDisposable & {
  /** The sink of `<name>.log`. */
  open(name: string): LineSink;
  pathOf(name: string): string;
};

const BIG_BYTES = 16 * 1024 * 1024;

/** One file per process, appended to; one that has grown big becomes `<name>.log.old`. */
export const openLogFiles = async (directory: string): Promise<LogFiles> => {
  await mkdir(directory, { recursive: true });
  const pathOf = (name: string) => join(directory, `${name}.log`);
  const streams: WriteStream[] = [];
  return {
    pathOf,
    open(name) {
      setAsideIfBig(pathOf(name));
      const stream = createWriteStream(pathOf(name), { flags: 'a', mode: 0o600 });
      stream.on('error', () => {}); // A full disk must not stop what can still run.
      streams.push(stream);
      return (line) => void stream.write(`${line}\n`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(streams.map((stream) => new Promise((resolve) => stream.end(resolve))));
    },
  };
};

const setAsideIfBig = (path: string) => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && found.size > BIG_BYTES) renameSync(path, `${path}.old`);
};
