import { catalogue, type JobError, type JobRecord, redactResult } from '@shared/contracts';

/** What `GET /jobs/status/:jobId` answers: these fields and no others; times in ISO 8601. */
export type JobView = {
  jobId: string;
  task: string;
  queue: string;
  status: JobRecord['status'];
  /** 0 to 1. */
  progress: number;
  result: unknown;
  error: ErrorView | null;
  attempts: number;
  enqueuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
};

type ErrorView = {
  code: string;
  message: string;
  retryable: boolean;
  attempt: number;
  history: {
    attempt: number;
    code: string;
    name: string;
    message: string;
    retryable: boolean;
    at: string;
    /** Operators only: stacks tell how we are built. */
    stack?: string;
  }[];
};

export const viewJob = (record: JobRecord, { operator }: { operator: boolean }): JobView => ({
  jobId: record.jobId,
  task: record.task,
  queue: record.queue,
  status: record.status,
  progress: record.progress,
  result: viewResult(record),
  error: record.error === null ? null : viewError(record.error, operator),
  attempts: record.attempts,
  enqueuedAt: record.enqueuedAt.toISOString(),
  startedAt: record.startedAt?.toISOString() ?? null,
  finishedAt: record.finishedAt?.toISOString() ?? null,
});

const viewResult = ({ task: name, result }: JobRecord): unknown => {
  const task = catalogue.find((candidate) => candidate.name === name);
  // A task that only some worker knows marks nothing as secret.
  return task === undefined ? result : redactResult(task, result);
};

const viewError = (error: JobError, operator: boolean): ErrorView => {
  const { code, message, retryable, attempt, history } = error;
  return {
    code,
    message,
    retryable,
    attempt,
    history: history.map(({ at, stack, ...rest }) => ({
      ...rest,
      at: at.toISOString(),
      ...(operator && stack !== undefined ? { stack } : {}),
    })),
  };
};
