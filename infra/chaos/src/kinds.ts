import { chain, chord, type Job, type JobStatus, type Priority } from '@shared/contracts';
import type { Producer } from '@shared/queue';
import { follow, inProcess, inThread, limited, tasks, work } from './tasks.ts';

/** What was promised to whoever enqueued a job. */
export type Promised = {
  jobId: string;
  ends: JobStatus;
  /** How often it runs if nothing happens to it. */
  runs: number;
  /** Whether exactly one job comes after it. */
  followed: boolean;
};

type Context = { producer: Producer; ledger: string; id: string; random: () => number };

type Kind = (context: Context) => Promise<Promised[]>;

const promise = (job: Pick<Job, 'id'>, change: Partial<Promised> = {}): Promised[] => [
  { jobId: job.id, ends: 'complete', runs: 1, followed: false, ...change },
];

const payloadOf = ({ ledger, random }: Context) => ({ ledger, ms: Math.round(random() * 100) });

const NAMES = ['ada', 'grace', 'edsger'];

/** The kinds of jobs, by what they are called in the report. */
export const KINDS: Readonly<Record<string, Kind>> = {
  plain: async (context) =>
    promise(await context.producer.enqueue(work, payloadOf(context), { id: context.id })),
  priority: async (context) => {
    const priority = Math.floor(context.random() * 10) as Priority;
    return promise(await context.producer.enqueue(work, payloadOf(context), { priority }));
  },
  delayed: async (context) =>
    promise(await context.producer.enqueue(work, payloadOf(context), { delayMs: 500 })),
  retried: async (context) => {
    const payload = { ...payloadOf(context), failures: 2 };
    return promise(await context.producer.enqueue(work, payload), { runs: 3 });
  },
  failing: async (context) => {
    const payload = { ...payloadOf(context), failures: 99 };
    const onFailure = { task: follow, payload: { ledger: context.ledger, of: context.id } };
    const job = await context.producer.enqueue(work, payload, { id: context.id, onFailure });
    return promise(job, { ends: 'failed', runs: 3, followed: true });
  },
  followed: async (context) => {
    const onSuccess = { task: follow, payload: { ledger: context.ledger, of: context.id } };
    const options = { id: context.id, onSuccess };
    const job = await context.producer.enqueue(work, payloadOf(context), options);
    return promise(job, { followed: true });
  },
  unique: async (context) => {
    const key = NAMES[Math.floor(context.random() * NAMES.length)] ?? '';
    const options = { unique: { key, until: 'finished' } } as const;
    return promise(await context.producer.enqueue(work, payloadOf(context), options));
  },
  grouped: async (context) => {
    const group = NAMES[Math.floor(context.random() * NAMES.length)] ?? '';
    return promise(await context.producer.enqueue(limited, payloadOf(context), { group }));
  },
  'in a thread': async (context) =>
    promise(await context.producer.enqueue(inThread, payloadOf(context))),
  'in a process': async (context) =>
    promise(await context.producer.enqueue(inProcess, payloadOf(context))),
  large: async (context) => {
    const payload = { ...payloadOf(context), text: 'x'.repeat(150_000) };
    return promise(await context.producer.enqueue(work, payload));
  },
  bulk: async (context) => {
    const items = Array.from({ length: 10 }, () => ({ task: work, payload: payloadOf(context) }));
    return (await context.producer.enqueueMany(items)).flatMap((job) => promise(job));
  },
  chain: async (context) => {
    const steps = chain(work.s(payloadOf(context)), work.s(payloadOf(context)));
    return promise(await context.producer.enqueueFlow(steps, { tasks }));
  },
  chord: async (context) => {
    const header = [work.s(payloadOf(context)), work.s(payloadOf(context))];
    const flow = chord(header, work.s(payloadOf(context)));
    return promise(await context.producer.enqueueFlow(flow, { tasks }));
  },
  spooled: async (context) => {
    const options = { id: context.id, whenDown: 'spool' } as const;
    return promise(await context.producer.enqueue(work, payloadOf(context), options));
  },
  cancelled: async (context) => {
    const options = { delayMs: 3_600_000 };
    const job = await context.producer.enqueue(work, payloadOf(context), options);
    await job.cancel('chaos');
    return promise(job, { ends: 'cancelled', runs: 0 });
  },
};
