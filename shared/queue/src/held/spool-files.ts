import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { HeldJob } from './held-job.ts';

const WAITING = '.job';
const REFUSED = '.refused';

/** A held job and the name of its file, which sorts by age. */
export type SpoolFile = { name: string; held: HeldJob; refused: string | null };

/** The files of a spool. One is one job: written beside its place, synced, and put there whole. */
export type SpoolFiles = ReturnType<typeof openSpoolFiles>;

export const openSpoolFiles = (directory: string) => {
  let counter = 0;
  const at = (name: string) => join(directory, name);

  const put = async (name: string, content: object) => {
    await mkdir(directory, { recursive: true });
    const draft = at(`${name}.draft-${randomBytes(4).toString('hex')}`);
    await writeSynced(draft, JSON.stringify(content));
    await rename(draft, at(name));
    await syncFolder(directory);
  };

  const names = async (ending: string) =>
    (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(ending)).sort();

  const read = async (name: string): Promise<SpoolFile | undefined> => {
    const text = await readFile(at(name), 'utf8').catch(() => undefined);
    // Another process has delivered it meanwhile.
    return text === undefined ? undefined : { name, ...contentOf(name, text) };
  };

  const readAll = async (some: readonly string[]) =>
    (await Promise.all(some.map(read))).filter((file) => file !== undefined);

  return {
    /** Resolves when the job is on the disk, so that a power cut does not take it. */
    async add(job: HeldJob): Promise<void> {
      // The rest keeps processes apart.
      const unique = `${process.pid}-${randomBytes(4).toString('hex')}`;
      counter += 1;
      await put(`${Date.now()}-${String(counter).padStart(9, '0')}-${unique}${WAITING}`, job);
    },
    waiting: () => names(WAITING),
    refused: () => names(REFUSED),
    read: readAll,
    /** Keeps a job that will never be taken, with the reason, where nobody delivers it. */
    async refuse({ name, held }: SpoolFile, reason: string): Promise<void> {
      await put(`${stemOf(name)}${REFUSED}`, { ...held, refused: reason });
      await rm(at(name), { force: true });
    },
    /** Makes a refused job one that waits. */
    async retry({ name, held: { id, job } }: SpoolFile): Promise<void> {
      await put(`${stemOf(name)}${WAITING}`, { id, job });
      await rm(at(name), { force: true });
    },
    remove: (name: string) => rm(at(name), { force: true }),
  };
};

const stemOf = (name: string) => name.slice(0, name.lastIndexOf('.'));

const schema = z.object({ id: z.string(), job: z.string(), refused: z.string().optional() });

/** What cannot be read is kept as it is, under the file's name, for whoever can. */
const contentOf = (name: string, text: string): Omit<SpoolFile, 'name'> => {
  const parsed = schema.safeParse(readJson(text));
  if (!parsed.success)
    return { held: { id: stemOf(name), job: text }, refused: 'it cannot be read' };
  const { refused = null, ...held } = parsed.data;
  return { held, refused };
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const writeSynced = async (path: string, text: string) => {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
};

/** A new name is on the disk only once its folder is. */
const syncFolder = async (directory: string) => {
  // Windows opens no folders, and keeps names without being asked.
  const folder: FileHandle | undefined = await open(directory, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
};
