import { catalogue, type JobRecord, redactResult } from '@shared/contracts';
import { formatDuration } from './format-duration.ts';
import { alignColumns } from './table.ts';

const BAR_WIDTH = 30;

/** A job for programs: all but its payload, secret fields of its result replaced. */
export const jobView = (record: JobRecord) => ({
  ...record,
  payload: undefined,
  result: shownResult(record),
});

/** A job for people, several lines. */
export const jobBlock = (record: JobRecord, now = new Date()): string => {
  const { jobId, task, queue, priority, attempts, tags, owner, origin } = record;
  const rows: (readonly [string, string | false])[] = [
    ['job', jobId],
    ['task', task],
    ['queue', `${queue}, priority ${priority}`],
    ['status', record.status],
    ['progress', progressBar(record)],
    ['attempts', String(attempts)],
    ['origin', origin !== 'taskyard' && origin],
    ['owner', owner ?? false],
    ['tags', tags.length > 0 && tags.join(', ')],
    ['enqueued', moment(record.enqueuedAt, now)],
    ['due', record.dueAt !== null && moment(record.dueAt, now)],
    ['started', record.startedAt !== null && moment(record.startedAt, now)],
    ['finished', record.finishedAt !== null && moment(record.finishedAt, now)],
    ['result', record.status === 'complete' && JSON.stringify(shownResult(record))],
  ];
  const shown = rows.flatMap(([name, text]) => (text === false ? [] : [[name, text]]));
  return [...alignColumns(shown), ...errorLines(record)].join('\n');
};

/** A job for people, in one line: what can change of it. */
export const jobLine = (record: JobRecord, now = new Date()): string =>
  `${now.toISOString()}  ${record.status}  ${progressBar(record)}  attempt ${record.attempts}`;

const shownResult = ({ task: name, result }: Pick<JobRecord, 'task' | 'result'>): unknown => {
  const task = catalogue.find((candidate) => candidate.name === name);
  // A task that only some worker knows marks nothing as secret.
  return task === undefined ? result : redactResult(task, result);
};

const progressBar = ({
  progress,
  progressMessage,
}: Pick<JobRecord, 'progress' | 'progressMessage'>): string => {
  const filled = Math.round(progress * BAR_WIDTH);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
  const message = progressMessage === null ? '' : ` ${progressMessage}`;
  return `${bar} ${Math.round(progress * 100)} %${message}`;
};

const moment = (date: Date, now: Date): string => {
  const ago = now.getTime() - date.getTime();
  const distance = ago >= 0 ? `${formatDuration(ago)} ago` : `in ${formatDuration(-ago)}`;
  return `${date.toISOString()} (${distance})`;
};

const errorLines = ({ error }: JobRecord): string[] => {
  if (error === null) return [];
  const { history } = error;
  const rows = history.map(({ attempt, at, code, message }) => [
    attempt === 0 ? '-' : `attempt ${attempt}`,
    at.toISOString(),
    code,
    message,
  ]);
  if (rows.length === 0) rows.push(['-', '', error.code, error.message]);
  return ['errors', ...alignColumns(rows).map((line) => `  ${line}`)];
};
