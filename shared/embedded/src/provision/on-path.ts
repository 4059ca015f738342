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
      const runs = access(candidate, constants.X_OK);
      if (
        directory !== '' &&
        (await runs.then(
          () => true,
          () => false,
        ))
      )
        return candidate;
    }
  }
  return undefined;
};
