import { existsSync, writeFileSync } from 'node:fs';
import type { PythonCall } from '@shared/contracts';

/** Takes its process with it the first time, as the file it is given tells. */
export default ({ args: [path] }: PythonCall): string => {
  if (existsSync(String(path))) return 'the second time';
  writeFileSync(String(path), '');
  process.exit(3);
};
