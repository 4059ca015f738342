import type { Outcome } from './outcome.ts';

/** One line per outcome: a mark, its name, what was counted and how long it took. */
export const describe = ({ name, passed, failed, skipped, seconds }: Outcome): string => {
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ];
  return `${failed > 0 ? '✗' : '✓'} ${name.padEnd(28)} ${counts.join(', ').padEnd(24)} ${seconds.toFixed(1)} s`;
};

/** Everything that a failed one printed, under its name, without runs of empty lines. */
export const explain = ({ name, output }: Outcome): string => {
  const heading = `── ${name} ${'─'.repeat(Math.max(3, 76 - name.length))}`;
  const text = output.join('\n').replaceAll(/\n\s*\n(\s*\n)+/g, '\n\n');
  return `${heading}\n${text.trim()}\n`;
};

/** Which tests did not run, and why. */
export const explainSkips = (outcomes: readonly Outcome[]): string =>
  outcomes
    .flatMap(({ name, skipped }) =>
      skipped.map((test) => `skipped: ${name}: ${test.name} (${test.reason})`),
    )
    .join('\n');

/** The last line: `N passed, N failed`, and how many were skipped if any were. */
export const summarize = (outcomes: readonly Outcome[]): string => {
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped.length);
  const counts = `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`;
  return skipped > 0 ? `${counts}, ${skipped} skipped` : counts;
};
