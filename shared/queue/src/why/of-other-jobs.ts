import { glanceAt, type JobSummary } from '../search/job-summary.ts';
import type { SearchAccess } from '../search/walk.ts';
import type { Facts } from './facts.ts';
import { counted, type Reason } from './reason.ts';

/** For a job of a flow: which results it waits for. */
export const reasonsOfOtherJobs = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  if (facts.place !== 'waiting-children') return [];
  const gate = await closedGate(access, facts);
  return gate === undefined ? [await waitsForJobs(access, facts)] : [gate];
};

const GATES_SEEN = 20;

/** The first jobs of a large flow wait until all of it is written. */
const closedGate = async (
  { redis, keys }: SearchAccess,
  { job }: Facts,
): Promise<Reason | undefined> => {
  const gates = await redis.zrevrange(keys.gates, 0, GATES_SEEN - 1, 'WITHSCORES');
  const waits = [keys.base(job.queue), job.jobId, 'gate', 'f'].join('\x1e');
  for (let i = 0; i < gates.length; i += 2) {
    const [queue = '', id = ''] = (gates[i] ?? '').split('\x1e');
    const found = await redis.lpos(`${keys.base(queue)}${id}:dependents`, waits);
    if (found === null) continue;
    const since = new Date(Number(gates[i + 1]));
    return {
      code: 'flow_being_written',
      severity: 'waiting',
      message: `Its flow is being written since ${since.toISOString()}, and starts when all of it is there.`,
      detail: { since },
      fix: 'If whoever enqueues it has died, enqueue it again: this one is removed after an hour.',
    };
  }
  return undefined;
};

const SHOWN = 10;

const waitsForJobs = async (access: SearchAccess, facts: Facts): Promise<Reason> => {
  const { pending, inputs } = facts.stored;
  const missing = await missingJobs(access, facts);
  const names = missing.map(({ task, jobId, status }) => `${task} (${jobId}, ${status})`);
  const more = pending > names.length ? ` and ${pending - names.length} more` : '';
  return {
    code: 'waits_for_jobs',
    severity: 'waiting',
    message: `It waits for ${pending} of ${counted(inputs, 'job')}: ${names.join(', ')}${more}.`,
    detail: {
      pending,
      inputs,
      jobs: missing.map(({ jobId, task, queue, status }) => ({ jobId, task, queue, status })),
    },
    fix: 'Ask why these have not started.',
  };
};

const MEMBERS_SEEN = 2_000;
const MEMBERS_A_PAGE = 200;
const DEPENDENTS_SEEN = 100;

/** Some of the jobs that will tell this one: they still have it in their list. */
const missingJobs = async (access: SearchAccess, { job, stored }: Facts): Promise<JobSummary[]> => {
  const { redis, keys } = access;
  const waiting = `${keys.base(job.queue)}\x1e${job.jobId}\x1e`;
  const found: string[] = [];
  let seen = 0;
  let cursor = '0';
  do {
    const page = await redis.sscan(
      keys.flow(stored.flowId ?? job.jobId),
      cursor,
      'COUNT',
      MEMBERS_A_PAGE,
    );
    const members = page[1];
    [cursor] = page;
    const pipeline = redis.pipeline();
    for (const member of members) {
      pipeline.lrange(`${member.replace('\x1e', '')}:dependents`, 0, DEPENDENTS_SEEN - 1);
    }
    const lists = (await pipeline.exec()) ?? [];
    for (const [i, member] of members.entries()) {
      // LRANGE answers with a list.
      const dependents = (lists[i]?.[1] ?? []) as string[];
      if (dependents.some((dependent) => dependent.startsWith(waiting))) found.push(member);
    }
    seen += members.length;
  } while (cursor !== '0' && found.length < SHOWN && seen < MEMBERS_SEEN);
  const refs = found.slice(0, SHOWN).map((member) => {
    const [base = '', id = ''] = member.split('\x1e');
    return `${keys.queueOf(base)}:${id}`;
  });
  const placed = await glanceAt(access, refs);
  return placed.flatMap((child) => child?.job ?? []);
};
