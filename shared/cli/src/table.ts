const GAP = '  ';

/** Rows with each column as wide as its widest cell; the columns in `right` are set flush right. */
export const alignColumns = (
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string[] => {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return right.has(at) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd(),
  );
};

/** A table under its headings; every column but the first holds numbers. */
export const numberTable = (
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const right = new Set(headings.keys());
  right.delete(0);
  return alignColumns([headings, ...rows.map((row) => row.map(String))], right).join('\n');
};
