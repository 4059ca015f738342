import { execFile } from 'node:child_process';
import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServerError } from '@shared/errors';

/** How to run a program that refuses root: words to put before its command line. */
export type Unprivileged = { prefix: readonly string[]; ownerUid: number };

const NOBODY = '65534';

/** A user namespace: root is called nobody inside and keeps its hold on root's files. */
const NAMESPACE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];

/**
 * Where namespaces are forbidden, as in most containers, or the project is another user's: truly
 * nobody, but with the one capability that lets it pass closed folders such as /root.
 */
const CAPABILITY = [
  'setpriv',
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--',
];

/** Does what counts, for `access` knows nothing of capabilities: runs the program, writes a file. */
const PROBE = '"$0" --version && : > "$1" && rm "$1"';

/**
 * PostgreSQL refuses to run as root. For any other user this is nothing.
 *
 * @param program what has to be run, @param directory where it has to write.
 * @throws {EmbeddedServerError} if root cannot be put off in either way.
 */
export const unprivileged = async (
  server: string,
  { program, directory }: { program: string; directory: string },
): Promise<Unprivileged> => {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0) return { prefix: [], ownerUid: uid };
  const probe = ['/bin/sh', '-c', PROBE, program, join(directory, '.probe')];
  if (await succeeds([...NAMESPACE, ...probe])) return { prefix: NAMESPACE, ownerUid: 0 };
  if (await succeeds([...CAPABILITY, ...probe])) {
    return { prefix: CAPABILITY, ownerUid: Number(NOBODY) };
  }
  throw new EmbeddedServerError(server, {
    why: 'it refuses to run as root, and neither unshare nor setpriv may change that here',
    fix: 'Run as another user, or set DATABASE_URL to a PostgreSQL that runs.',
  });
};

/** Hands a directory with all it holds to `uid`, unless it has it: the way may differ from last time. */
export const handOver = async (directory: string, uid: number): Promise<void> => {
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined || process.getuid?.() !== 0 || found.uid === uid) return;
  const inside = await readdir(directory, { recursive: true });
  for (const name of inside) await lchown(join(directory, name), uid, uid);
  await lchown(directory, uid, uid);
};

const succeeds = async ([command = '', ...args]: readonly string[]) =>
  promisify(execFile)(command, args).then(
    () => true,
    () => false,
  );
