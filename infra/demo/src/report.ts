import type { Followed } from './stage.ts';

const HEADER = ['queue', 'task', 'job', 'status', 'seconds', 'result'];

/** The jobs as a table. Links are long, so they come last and may run over the edge. */
export const renderReport = (followed: readonly Followed[]): string => {
  const rows = [HEADER, ...followed.map(rowOf)];
  const widths = HEADER.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const rowOf = ({ job, link }: Followed) => {
  const { queue, task, jobId, status, enqueuedAt, finishedAt } = job;
  const seconds =
    finishedAt === null ? '' : ((finishedAt.getTime() - enqueuedAt.getTime()) / 1_000).toFixed(2);
  return [queue, task, jobId, status, seconds, link];
};
