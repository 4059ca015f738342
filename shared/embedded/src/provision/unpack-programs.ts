import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackPackages } from './apt.ts';

/**
 * Runs an unpacked program with the libraries that were unpacked beside it, from wherever it lies. Some
 * lie in folders of their own, as those of which Debian offers several.
 */
const wrapperOf = (program: string) => `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
for libraries in "$here"/root/usr/lib/*-linux-gnu* "$here"/root/usr/lib/*-linux-gnu*/*/; do
  LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$libraries"
done
export LD_LIBRARY_PATH
exec "$here/root/usr/bin/${program}" "$@"
`;

/**
 * Unpacks Debian packages of programs into `tools/name`, once, without root and without touching the
 * machine. Others may do the same right now: the first complete copy wins.
 *
 * @param options.isGood whether a program there runs and will do.
 * @returns why it failed, or nothing.
 */
export const unpackPrograms = async ({
  name,
  packages,
  programs,
  tools,
  isGood,
}: {
  name: string;
  packages: readonly string[];
  programs: readonly string[];
  tools: string;
  isGood: (program: string) => Promise<boolean>;
}): Promise<string | undefined> => {
  const allGood = async (folder: string) => {
    for (const program of programs) if (!(await isGood(join(folder, program)))) return false;
    return true;
  };
  await mkdir(tools, { recursive: true });
  const draft = await mkdtemp(join(tools, `${name}-`));
  try {
    const unpacked = await unpackPackages(packages, draft);
    if (!unpacked.ok) return unpacked.reason;
    await rm(join(draft, 'debs'), { recursive: true });
    await rm(join(draft, 'apt'), { recursive: true, force: true });
    for (const program of programs) {
      await writeFile(join(draft, program), wrapperOf(program));
      await chmod(join(draft, program), 0o755);
    }
    await chmod(draft, 0o755); // Root may have fetched it for another user's next start.
    if (!(await allGood(draft))) return `the distribution's ${name} is too old or does not run`;
    await moveInto(draft, join(tools, name), allGood);
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const moveInto = async (
  draft: string,
  place: string,
  allGood: (folder: string) => Promise<boolean>,
) => {
  const first = await rename(draft, place).then(
    () => true,
    () => false,
  );
  if (first || (await allGood(place))) return;
  await rm(place, { recursive: true, force: true }); // A copy of another time that runs no more.
  await rename(draft, place);
};
