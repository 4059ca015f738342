import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Mails as `.eml` files, which any mail program opens. */
export type MailFolder = {
  load(): Promise<{ id: string; raw: Buffer }[]>;
  write(id: string, raw: Buffer): Promise<void>;
  remove(id: string): Promise<void>;
};

const MAIL_FILE = /^(?<id>[0-9a-z]+-[0-9a-f]+)\.eml$/;

/** Creates the folder if it is not there. */
export const openMailFolder = async (directory: string): Promise<MailFolder> => {
  await mkdir(directory, { recursive: true });
  const path = (id: string) => join(directory, `${id}.eml`);
  return {
    async load() {
      const ids = (await readdir(directory)).flatMap((name) => {
        const id = MAIL_FILE.exec(name)?.groups?.['id'];
        return id === undefined ? [] : [id];
      });
      return Promise.all(ids.map(async (id) => ({ id, raw: await readFile(path(id)) })));
    },
    // The sender is told "accepted" after this, so the bytes are on disk first; the rename keeps a
    // half file from ever being read.
    async write(id, raw) {
      const half = `${path(id)}.part`;
      const file = await open(half, 'w', 0o600);
      try {
        await file.writeFile(raw);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(half, path(id));
    },
    remove: (id) => rm(path(id), { force: true }),
  };
};
