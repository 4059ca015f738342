import { join } from 'node:path';

/** The folder that holds the workspace, wherever a process was started from. */
export const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');

/** Programs that we unpacked for ourselves; kept between runs, safe to delete. */
export const TOOLS_DIRECTORY = join(PROJECT_ROOT, '.data', 'tools');
