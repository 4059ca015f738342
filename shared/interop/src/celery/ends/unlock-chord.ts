import { groupResult, type ResultNode } from '../canvas/result-node.ts';
import type { ChordBody } from '../outcome/effects.ts';
import { joinGroup, memberIds, planChord } from '../outcome/plan-chord.ts';
import { isReady } from '../results/meta.ts';
import { showException } from '../results/exception.ts';
import type { SideParts } from '../side/parts.ts';
import { contextOf } from './context-of.ts';
import type { Run } from './ended.ts';
import { readMetas } from './read-metas.ts';

/**
 * Ends a chord whose members nobody counts, as programs have it whose results lie where counting is not
 * possible: looks at the results, and sends the body once all are there.
 *
 * @returns false while one is missing.
 */
export const unlockChord = async (
  parts: SideParts,
  { message, notes, children }: Run,
  chord: ChordBody,
  header: readonly ResultNode[],
): Promise<boolean> => {
  const group = groupResult(chord.groupId, [...header]);
  const metas = await readMetas(parts, memberIds(group));
  if ([...metas.values()].some((meta) => meta === null || !isReady(meta.state))) return false;
  const outcome = joinGroup(
    group,
    metas,
    (id, cause) => `Dependency ${id} raised ${showException(cause)}`,
  );
  const context = { ...contextOf(parts), children };
  const plan = planChord(chord, outcome, message, context);
  await parts.tell(plan, { message, notes, context });
  return true;
};
