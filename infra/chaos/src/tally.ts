import type { Promised } from './kinds.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Asked } from './load.ts';
import type { Ends } from './settle.ts';

/** What became of the jobs of one kind. The last three must be 0. */
export type Row = {
  kind: string;
  promised: number;
  /** Enqueues that were refused, while Redis was away. */
  refused: number;
  /** Runs beyond those that it takes: at least once is what is promised. */
  runAgain: number;
  /** Jobs whose work was done twice to the end; a write guarded by the fence refuses the older one. */
  doneTwice: number;
  /** Jobs that were promised and never ended, or are not there. */
  lost: number;
  /** Jobs that ended in another way than they should, or never did their work. */
  wrong: number;
  /** Jobs two of whose runs had one fence, or that were followed never or twice. */
  doubled: number;
};

export const tally = (
  asked: readonly Asked[],
  ends: Ends,
  ledger: readonly LedgerEntry[],
): Row[] => {
  const byJob = groupBy(ledger, ({ jobId }) => jobId);
  const followers = groupBy(
    ledger.filter(({ event }) => event === 'followed'),
    ({ of = '' }) => of,
  );
  return [...groupBy(asked, ({ kind }) => kind)].map(([kind, calls]) => {
    const refused = calls.filter((call) => 'refused' in call).length;
    const promised = uniqueJobs(calls.flatMap((call) => ('promised' in call ? call.promised : [])));
    const looked = promised.map((job) =>
      lookAt(job, ends, byJob.get(job.jobId) ?? [], followers.get(job.jobId) ?? []),
    );
    const sum = (of: keyof Look) => looked.reduce((total, look) => total + look[of], 0);
    return {
      kind,
      promised: promised.length,
      refused,
      runAgain: sum('runAgain'),
      doneTwice: sum('doneTwice'),
      lost: sum('lost'),
      wrong: sum('wrong'),
      doubled: sum('doubled'),
    };
  });
};

type Look = Omit<Row, 'kind' | 'promised' | 'refused'>;

const lookAt = (
  { jobId, ends: wanted, runs, followed }: Promised,
  ends: Ends,
  entries: readonly LedgerEntry[],
  followers: readonly LedgerEntry[],
): Look => {
  const end = ends.get(jobId) ?? 'gone';
  const begun = entries.filter(({ event }) => event === 'begun');
  const done = entries.filter(({ event }) => event === 'done');
  const fences = new Set(begun.map(({ fence }) => fence));
  const after = new Set(followers.map((follower) => follower.jobId));
  const hasEnded = end === 'complete' || end === 'failed' || end === 'cancelled';
  const didItsWork = wanted !== 'complete' || done.length > 0;
  return {
    runAgain: Math.max(begun.length - runs, 0),
    doneTwice: done.length > 1 ? 1 : 0,
    lost: hasEnded ? 0 : 1,
    wrong: hasEnded && (end !== wanted || !didItsWork) ? 1 : 0,
    doubled: fences.size < begun.length || (followed && after.size !== 1) ? 1 : 0,
  };
};

/** Several calls may have been promised one job: a unique one. */
const uniqueJobs = (promised: readonly Promised[]) => [
  ...new Map(promised.map((job) => [job.jobId, job])).values(),
];

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string) => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};
