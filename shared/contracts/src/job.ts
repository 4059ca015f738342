/** Every status a job can be seen in, whichever protocol it came in by. */
export const JOB_STATUSES = [
  'scheduled',
  'queued',
  'in_progress',
  'retrying',
  'waiting_children',
  'complete',
  'failed',
  'cancelled',
  'expired',
] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

const FINAL: ReadonlySet<JobStatus> = new Set(['complete', 'failed', 'cancelled', 'expired']);

/** Whether a job in this status will never change again. */
export const isFinal = (status: JobStatus): boolean => FINAL.has(status);

/** The protocol a job came in by. */
export type Origin = 'taskyard' | 'http' | 'beat' | 'celery' | 'rq' | 'arq';

/** One failed attempt, as it is kept with the job. */
export type AttemptError = {
  /** 1 for the first run. */
  attempt: number;
  code: string;
  name: string;
  message: string;
  retryable: boolean;
  at: Date;
  stack?: string;
  /** Of the thread or process that died with the attempt. */
  exitCode?: number;
  signal?: string;
};

/** Why a job failed: its last attempt's error and the history of all of them. */
export type JobError = Omit<AttemptError, 'at' | 'stack'> & { history: AttemptError[] };

/** All that can be asked of a job; what `GET /jobs/status/:jobId` shows is made of it. */
export type JobRecord<Result = unknown> = {
  jobId: string;
  task: string;
  queue: string;
  status: JobStatus;
  /** 0 to 1; 1 once complete. */
  progress: number;
  progressMessage: string | null;
  result: Result | null;
  error: JobError | null;
  /** Why it was cancelled while it ran: it ends once its worker has heard, or is known to be dead. */
  cancelReason: string | null;
  /** Attempts begun so far, the running one included; interruptions by a deploy do not count. */
  attempts: number;
  enqueuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** When a delayed or retrying job is due. */
  dueAt: Date | null;
  /** 0–9, 0 first. */
  priority: number;
  origin: Origin;
  owner: string | null;
  group: string | null;
  tags: string[];
  payload: unknown;
};

export type Progress = { fraction: number; message: string | null };

/** A handle on one enqueued job. */
export type Job<Result = unknown> = {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** True when the id was already taken, so that this call enqueued nothing. */
  readonly duplicate: boolean;
  /** @throws {JobNotFoundError} once its record has left. */
  status(): Promise<JobStatus>;
  /** @throws {JobNotFoundError} once its record has left. */
  record(): Promise<JobRecord<Result>>;
  /**
   * Waits for the job to end.
   *
   * @param options.timeoutMs how long to wait, 30,000 unless told.
   * @throws {ResultTimeoutError} the job has not ended yet.
   * @throws {JobFailedError | JobCancelledError | JobExpiredError} it ended without a result.
   * @throws {JobNotFoundError} its record has left.
   */
  result(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Result>;
  /** Yields each report of the handler as it comes, and ends when the job ends. */
  progress(options?: { signal?: AbortSignal }): AsyncIterable<Progress>;
  /** Yields the record at once and after each change, and ends when the job ends. */
  changes(options?: { signal?: AbortSignal }): AsyncIterable<JobRecord<Result>>;
  /**
   * Takes a waiting or delayed job off its queue; aborts the signal of a running one, on any host.
   *
   * @returns false if the job had ended already.
   */
  cancel(reason?: string): Promise<boolean>;
};
