import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from './tools.ts';

/**
 * ffmpeg at the speed of the video, which costs no processor, and that notes its process ids.
 *
 * @param folder takes the program and its notes.
 */
export const slowFfmpeg = async (folder: string) => {
  const [path, notes] = [join(folder, 'slow-ffmpeg'), join(folder, 'pids')];
  await writeFile(notes, '');
  await writeFile(path, `#!/bin/sh\necho $$ >> '${notes}'\nexec ${tools.ffmpeg} -re "$@"\n`);
  await chmod(path, 0o755);
  return {
    path,
    /** Those that run right now. */
    running: async () =>
      (await readFile(notes, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map(Number)
        .filter(isAlive),
  };
};

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
