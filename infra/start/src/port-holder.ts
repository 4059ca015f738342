import { readdir, readFile, readlink } from 'node:fs/promises';
import { commandOf } from '@shared/embedded';

const LISTENING = '0A'; // TCP_LISTEN, as in the Linux source's include/net/tcp_states.h.

/** Who listens on `port`, where /proc tells: its pid and command line. */
export const portHolder = async (
  port: number,
): Promise<{ pid: number; command: string } | undefined> => {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, inodes)) {
      return { pid: Number(pid), command: (await commandOf(Number(pid))) ?? '' };
    }
  }
  return undefined;
};

/** Columns of /proc/net/tcp: 1 is the local address `hex:PORT`, 3 the state, 9 the inode. */
const listeningInodes = async (port: number) => {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n').slice(1));
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = rows.flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    return columns[1]?.endsWith(`:${hex}`) && columns[3] === LISTENING ? [columns[9] ?? ''] : [];
  });
  return new Set(inodes);
};

const holdsSocket = async (pid: string, inodes: ReadonlySet<string>) => {
  // Other users' processes show nothing, and any process may end while we look.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? 'none')) return true;
  }
  return false;
};
