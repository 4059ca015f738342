import type { JobStatus } from '@shared/contracts';
import type { Scripts } from '../engine/scripts.ts';
import type { Keys } from '../keys.ts';
import { readIndexNames } from './index-names.ts';

/** What is small of a job: a list of these costs Redis the same, however large the payloads are. */
export type JobSummary = {
  jobId: string;
  task: string;
  queue: string;
  /** One that expires while it waits is seen as expired only once a worker has found it so. */
  status: JobStatus;
  /** Attempts begun so far, since it was last redriven. */
  attempts: number;
  enqueuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** When a delayed or retrying job is due. */
  dueAt: Date | null;
  /** 0–9, 0 first. */
  priority: number;
  group: string | null;
  tags: string[];
  /** Of the last failed attempt. */
  error: { code: string; message: string } | null;
  /** Its worker died so often while it ran that it was taken out of service. */
  quarantined: boolean;
  /** How often it was redriven. */
  redriven: number;
};

/** Where a job stands; `failed` holds what was cancelled or expired too. */
export type Place = 'failed' | 'completed' | 'active' | 'delayed' | 'waiting-children' | 'waiting';

export type PlacedJob = { ref: string; place: Place; job: JobSummary };

/** As glance.lua returns it: place, due, and the values of its FIELDS. */
type Glance = [place: Place, due: string, ...values: (string | null)[]] | [];

/** A script blocks Redis while it runs: 200 jobs are about 1 ms. */
export const MAX_GLANCES = 200;

/** Reads up to {@link MAX_GLANCES} jobs by their refs, in that order; undefined for those that are gone. */
export const glanceAt = async (
  { scripts, keys }: { scripts: Scripts; keys: Keys },
  refs: readonly string[],
): Promise<(PlacedJob | undefined)[]> => {
  if (refs.length === 0) return [];
  const found = await scripts.glance(1, keys.base('jobs'), Date.now(), ...refs);
  return (found as Glance[]).map((glance, i) => summaryOf(refs[i] ?? '', glance));
};

const summaryOf = (ref: string, glance: Glance): PlacedJob | undefined => {
  const [place, due, ...values] = glance;
  if (place === undefined) return undefined;
  const [name, timestamp, processedOn, finishedOn, priority, made, names, code, reason, qtn, rdv] =
    values.map((value) => value ?? undefined);
  const split = ref.indexOf(':');
  const attempts = Number(made ?? 0);
  const job: JobSummary = {
    jobId: ref.slice(split + 1),
    queue: ref.slice(0, split),
    task: name ?? '',
    status: statusAt(place, attempts, code),
    attempts: place === 'active' ? attempts + 1 : attempts,
    enqueuedAt: new Date(Number(timestamp)),
    startedAt: dateOf(processedOn),
    finishedAt: dateOf(finishedOn),
    dueAt: dateOf(due),
    priority: Math.max(Number(priority ?? 0) - 1, 0),
    ...readIndexNames(names ?? ''),
    error: reason === undefined ? null : { code: code ?? 'error', message: reason },
    quarantined: qtn !== undefined,
    redriven: Number(rdv ?? 0),
  };
  if (job.status === 'complete') job.error = null;
  return { ref, place, job };
};

const statusAt = (place: Place, attempts: number, code: string | undefined): JobStatus => {
  switch (place) {
    case 'failed':
      return code === 'cancelled' || code === 'expired' ? code : 'failed';
    case 'completed':
      return 'complete';
    case 'active':
      return 'in_progress';
    case 'waiting-children':
      return 'waiting_children';
    case 'delayed':
      return attempts > 0 ? 'retrying' : 'scheduled';
    case 'waiting':
      return attempts > 0 ? 'retrying' : 'queued';
  }
};

const dateOf = (ms: string | undefined): Date | null =>
  ms === undefined || ms === '' ? null : new Date(Number(ms));
