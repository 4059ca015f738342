export type ResultOptions = {
  /** `global_keyprefix` of `result_backend_transport_options`. Default none. */
  globalKeyprefix?: string;
};

/** The keys of Celery's result store; a key is its channel, too. */
export type ResultNames = ReturnType<typeof createResultNames>;

export const createResultNames = ({ globalKeyprefix = '' }: ResultOptions = {}) => {
  const needsUnderscore = globalKeyprefix !== '' && !':_-.'.includes(globalKeyprefix.slice(-1));
  const prefix = needsUnderscore ? `${globalKeyprefix}_` : globalKeyprefix;
  const groupKey = (groupId: string) => `${prefix}celery-taskset-meta-${groupId}`;
  return {
    taskKey: (taskId: string): string => `${prefix}celery-task-meta-${taskId}`,
    groupKey,
    /** The results that came in, the tasks added later, the size. */
    chordKeys: (groupId: string) => ({
      results: `${groupKey(groupId)}.j`,
      added: `${groupKey(groupId)}.t`,
      size: `${groupKey(groupId)}.s`,
    }),
  };
};
