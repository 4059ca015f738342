import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The first of the named programs that is on the PATH, with its whole path. */
export const onPath = async (
  names: readonly string[],
  path = process.env['PATH'] ?? '',
): Promise<string | undefined> => {
  for (const name of names) {
    for (const directory of path.split(delimiter)) {
      const candidate = join(directory, name);
      if (directory !== '' && (await mayRun(candidate))) return candidate;
    }
  }
  return undefined;
};

const mayRun = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
