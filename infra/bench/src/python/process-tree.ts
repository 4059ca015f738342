import { readdir, readFile } from 'node:fs/promises';

/** Ticks of the kernel's clock in a second; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * What a process and all that it started have used of the processor, those that have ended included, in µs;
 * undefined where there is no `/proc`.
 */
export const treeCpuMicros = async (root: number): Promise<number | undefined> => {
  const found = await treeOf(root);
  if (found.length === 0) return undefined;
  const ticks = found.reduce((sum, one) => sum + one.ticks, 0);
  return (ticks / TICKS_PER_SECOND) * 1e6;
};

/** What a process and all that it started hold of memory, in bytes; shared pages count for each. */
export const treeRssBytes = async (root: number): Promise<number | undefined> => {
  const found = await treeOf(root);
  return found.length === 0 ? undefined : found.reduce((sum, one) => sum + one.rssBytes, 0);
};

const treeOf = async (root: number) => {
  const processes = await readProcesses().catch(() => []);
  const tree = new Set([root]);
  // A child's id may be lower than its parent's: as often as somebody new is found.
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.filter(({ pid }) => tree.has(pid));
};

const PAGE_BYTES = 4_096;

const readProcesses = async () => {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    names.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  return stats.flatMap(parseStat);
};

/** proc(5): `pid (name) state parent …`, user, system and waited-for children's times from field 14 on. */
const parseStat = (line: string) => {
  const pid = Number.parseInt(line, 10);
  if (Number.isNaN(pid)) return [];
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return [{ pid, parent: Number(fields[1]), ticks, rssBytes: Number(fields[21]) * PAGE_BYTES }];
};
