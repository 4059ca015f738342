/** Tasks that every Celery worker has. */
export const BUILTIN_NAMES = [
  'celery.accumulate',
  'celery.backend_cleanup',
  'celery.chain',
  'celery.chord',
  'celery.chord_unlock',
  'celery.chunks',
  'celery.group',
  'celery.map',
  'celery.starmap',
] as const;
