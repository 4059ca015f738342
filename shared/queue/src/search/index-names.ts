/** The index of the jobs that have this tag, group, …; index.lua says which there are. */
export const indexName = (kind: IndexKind, value: string): string =>
  // The separator of names cannot be part of one.
  `${kind}:${value.replaceAll('\x1f', ' ')}`;

export type IndexKind = 'tag' | 'group' | 'task' | 'code' | 'word';

/** The indexes that a job is in from the start, as the scripts take them. */
export const indexNames = ({
  tags,
  group,
}: {
  tags: readonly string[];
  group: string | undefined;
}): string => {
  if (tags.length === 0 && group === undefined) return '';
  const names = tags.map((tag) => indexName('tag', tag));
  if (group !== undefined) names.push(indexName('group', group));
  return names.join('\x1f');
};

/** The tags and the group that `indexNames` was given. */
export const readIndexNames = (names: string): { tags: string[]; group: string | null } => {
  const parts = names === '' ? [] : names.split('\x1f');
  const group = parts.find((part) => part.startsWith('group:'));
  return {
    tags: parts.filter((part) => part.startsWith('tag:')).map((part) => part.slice('tag:'.length)),
    group: group?.slice('group:'.length) ?? null,
  };
};
