import { existsSync } from 'node:fs';

/** Keeps its processor busy, and hears of nothing, until there is a file of that name. */
export default ({ args: [file] }: { args: unknown[] }): string => {
  while (!existsSync(String(file)));
  return 'burnt';
};
