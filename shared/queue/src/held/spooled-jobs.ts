import type { HeldSelection, HeldStore } from './held-store.ts';
import { openSpoolFiles, type SpoolFile } from './spool-files.ts';

/** A spool for operators to look into; nothing is delivered from here. */
export const openSpooledJobs = (directory: string): HeldStore => {
  const files = openSpoolFiles(directory);

  const act = async (selection: HeldSelection, verb: (file: SpoolFile) => Promise<void>) => {
    const found = (await files.read(await files.refused())).filter(
      ({ held }) => selection === 'all' || selection.includes(held.id),
    );
    for (const file of found) await verb(file);
    return [...new Set(found.map(({ held }) => held.id))];
  };

  return {
    async list({ refused, limit }) {
      const waiting = refused ? [] : await files.waiting();
      const names = [...(await files.refused()), ...waiting].sort().slice(0, limit);
      return (await files.read(names)).map(({ held, refused: reason }) => ({
        held,
        refused: reason,
      }));
    },
    async count() {
      const [waiting, refused] = await Promise.all([files.waiting(), files.refused()]);
      return { waiting: waiting.length, refused: refused.length };
    },
    retry: (selection) => act(selection, files.retry),
    remove: (selection) => act(selection, ({ name }) => files.remove(name)),
  };
};
