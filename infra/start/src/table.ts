/** One line of the table: what runs, where, and how it is. */
export type Row = { name: string; what: string; address: string; state: string };

const HEADINGS: Row = { name: 'name', what: 'what', address: 'address', state: 'state' };
const COLUMNS = ['name', 'what', 'address', 'state'] as const;

/** Rows under headings, each column as wide as its widest entry. */
export const renderTable = (rows: readonly Row[]): string => {
  const all = [HEADINGS, ...rows];
  const widths = COLUMNS.map((column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) => COLUMNS.map((column, at) => row[column].padEnd(widths[at] ?? 0)).join('   '))
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
};
