import type { Row } from './tally.ts';

export type { Row } from './tally.ts';

const COLUMNS = [
  ['kind', 'kind'],
  ['promised', 'promised'],
  ['refused', 'refused'],
  ['run again', 'runAgain'],
  ['done twice', 'doneTwice'],
  ['lost', 'lost'],
  ['wrong', 'wrong'],
  ['doubled', 'doubled'],
] as const satisfies readonly (readonly [string, keyof Row])[];

/** Whether every promise was kept. */
export const isKept = ({ lost, wrong, doubled }: Row): boolean => lost + wrong + doubled === 0;

/** The rows, and their sum. */
export const tableOf = (rows: readonly Row[]): string => {
  const total = Object.fromEntries(
    COLUMNS.map(([, key]) => [
      key,
      key === 'kind' ? 'all' : rows.reduce((sum, row) => sum + row[key], 0),
    ]),
  ) as Row; // Of the same columns.
  const cells = [
    COLUMNS.map(([title]) => title),
    ...[...rows, total].map((row) => COLUMNS.map(([, key]) => String(row[key]))),
  ];
  const widths = COLUMNS.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
};
