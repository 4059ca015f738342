import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RUNTIME_FILE } from '@shared/service';
import { writePrivately } from './secrets.ts';

/**
 * Tells programs in this folder where the platform is, as long as it runs: `npx taskyard` and
 * scripts read the file's `env` for everything that their own environment does not set.
 */
export const announce = async (
  dataDirectory: string,
  env: Readonly<Record<string, string>>,
): Promise<Disposable> => {
  const path = join(dataDirectory, basename(RUNTIME_FILE));
  await writePrivately(path, { pid: process.pid, env });
  const withdraw = () => rmSync(path, { force: true });
  process.once('exit', withdraw); // An impatient second Ctrl-C leaves no scope in order.
  return { [Symbol.dispose]: withdraw };
};
