import { arch, release, type } from 'node:os';
import { isPython, type PickleValue } from '../../pickle/index.ts';
import { SPOKEN_VERSION } from '../events/event-sender.ts';
import { fromJs } from '../json/from-js.ts';
import { pythonRepr } from '../repr/repr.ts';
import type { ResolvedSideOptions } from '../side/options.ts';
import { settingsOf } from './settings.ts';

/** What `report` answers: versions and settings, line by line as Celery's worker has them. */
export const reportOf = (options: ResolvedSideOptions): string => {
  const settings = settingsOf(options, { withDefaults: false });
  const { node, v8 } = process.versions;
  return [
    '',
    `software -> celery:${SPOKEN_VERSION} (spoken by taskyard) node:${node}`,
    `            v8:${v8}`,
    `platform -> system:${type()} arch:${arch()}`,
    `            kernel version:${release()} imp:Node.js`,
    'loader   -> taskyard',
    `settings -> transport:redis results:${String(settings['result_backend'])}`,
    '',
    ...Object.entries(settings).map(([name, value]) => `${name}: ${shown(fromJs(value))}`),
    '',
  ].join('\n');
};

/** A tuple stands on a line of its own. */
const shown = (value: PickleValue) =>
  isPython(value, 'tuple') ? `\n    ${pythonRepr(value)}` : pythonRepr(value);
