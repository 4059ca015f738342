import type { PickleValue } from '../../pickle/index.ts';

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

export type BuiltinName = (typeof BUILTIN_NAMES)[number];

type Call = {
  task: string;
  args: readonly PickleValue[];
  kwargs: ReadonlyMap<string, PickleValue>;
};

/** The task that `celery.map` or `celery.starmap` calls in its own slot; undefined for all others. */
export const calledInline = ({ task, args, kwargs }: Call): string | undefined => {
  if (task !== 'celery.map' && task !== 'celery.starmap') return undefined;
  const called = args[0] ?? kwargs.get('task');
  const name = called instanceof Map ? called.get('task') : called;
  return typeof name === 'string' ? name : undefined;
};
