import { ensurePythonPackages } from '@shared/embedded';

/** The newest release that the suites know; the codecs' recordings are of older ones. */
const CURRENT_CELERY = ['celery[redis]==5.7.0', 'hiredis==3.5.0'];

/** A Python with that, and with more packages under a name of their own. */
export const currentCelery = (
  more: { name: string; requirements: readonly string[] } = { name: 'current', requirements: [] },
) => ensurePythonPackages(`celery-${more.name}`, [...CURRENT_CELERY, ...more.requirements]);
