import { readFileSync } from 'node:fs';

const manifest = new URL('../../package.json', import.meta.url);

/** The platform's own version. */
export const packageVersion = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string })
  .version;
