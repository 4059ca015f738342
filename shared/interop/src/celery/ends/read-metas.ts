import { createResultNames } from '../names/result-names.ts';
import { readIn } from '../outcome/script.ts';
import { metaOf, type TaskMeta } from '../results/meta.ts';
import type { SideParts } from '../side/parts.ts';

/** What is stored for some tasks now; null where nothing is. */
export const readMetas = async (
  { backend, options }: Pick<SideParts, 'backend' | 'options'>,
  ids: readonly string[],
): Promise<Map<string, TaskMeta | null>> => {
  if (ids.length === 0) return new Map();
  const names = createResultNames(options.results);
  const keys = ids.map((id) => names.taskKey(id));
  const texts = await readIn(backend, options.backend.db, 'MGET', ...keys);
  return new Map(ids.map((id, at) => [id, metaOf(texts[at] ?? null)]));
};
