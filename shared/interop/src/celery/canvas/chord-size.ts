import { bodyOf, kindOfSignature, tasksOf, type Signature } from './signature.ts';

/**
 * How many counts a signature adds to the chord it stands in the header of: a group that of its members,
 * a chain that of its last step, a chord that of its body.
 */
export const chordSize = (signature: Signature): number => {
  const kind = kindOfSignature(signature);
  if (kind === 'group') return tasksOf(signature).reduce((sum, task) => sum + chordSize(task), 0);
  if (kind === 'chain') {
    return tasksOf(signature).reduceRight((size, task) => (size > 0 ? size : chordSize(task)), 0);
  }
  if (kind === 'chord') {
    const body = bodyOf(signature);
    return body === null ? 0 : chordSize(body);
  }
  return 1;
};
