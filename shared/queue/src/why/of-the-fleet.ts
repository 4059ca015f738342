import type { WorkerInfo } from '../fleet/worker-info.ts';
import type { SearchAccess } from '../search/walk.ts';
import type { Facts } from './facts.ts';
import { counted, type Reason } from './reason.ts';

/** Whether there is anybody to run it: the queue, its workers and what they know. */
export const reasonsOfTheFleet = async (access: SearchAccess, facts: Facts): Promise<Reason[]> => {
  // A job without a handler needs nobody.
  if (facts.stored.isJoin) return [];
  const [paused, quarantined] = await Promise.all([
    access.redis.hexists(`${access.keys.base(facts.job.queue)}meta`, 'paused'),
    access.redis.hget(access.keys.quarantine, facts.job.task),
  ]);
  return [
    ...(quarantined === null ? [] : [taskQuarantined(facts, quarantined)]),
    ...(paused === 0 ? [] : [queuePaused(facts)]),
    ...noWorker(facts),
    ...notListening(facts),
    ...unknownTask(facts),
    ...unansweredProgram(facts),
  ];
};

const taskQuarantined = ({ job }: Facts, json: string): Reason => ({
  code: 'task_quarantined',
  severity: 'blocking',
  message: `Its task is quarantined, since jobs of ${job.task} killed one worker after another: it fails when it is taken.`,
  detail: { task: job.task, ...(JSON.parse(json) as object) }, // As recover.lua writes it.
  fix: `Mend the handler, then lift it: taskyard quarantine lift ${job.task}.`,
});

const queuePaused = ({ job }: Facts): Reason => ({
  code: 'queue_paused',
  severity: 'blocking',
  message: `The queue ${job.queue} is paused.`,
  detail: { queue: job.queue },
  fix: 'Resume the queue, as on its page of the dashboard.',
});

const noWorker = ({ job, serving }: Facts): Reason[] => {
  if (serving.length > 0) return [];
  return [
    {
      code: 'no_worker',
      severity: 'blocking',
      message: `No worker serves the queue ${job.queue}.`,
      detail: { queue: job.queue },
      fix: `Start one: taskyard worker -Q ${job.queue}.`,
    },
  ];
};

type State = WorkerInfo['state'];

const OF_STATE = {
  paused: {
    code: 'workers_paused',
    what: 'paused',
    fix: 'Let them take jobs again: taskyard control resume.',
  },
  draining: {
    code: 'workers_draining',
    what: 'shutting down',
    fix: 'Wait for their successors, or start a worker.',
  },
  deaf: {
    code: 'workers_deaf',
    what: 'deaf: they do not answer, or their fetching does not come round',
    fix: 'Restart them; they exit by themselves when new connections do not help.',
  },
} as const satisfies Partial<Record<State, object>>;

/** Workers that are there and take nothing. */
const notListening = ({ job, serving }: Facts): Reason[] => {
  const others = serving.filter(({ state }) => state === 'running').length;
  return (['paused', 'draining', 'deaf'] as const).flatMap((state): Reason[] => {
    const ids = serving.filter((worker) => worker.state === state).map(({ id }) => id);
    if (ids.length === 0) return [];
    const { code, what, fix } = OF_STATE[state];
    const all = ids.length === serving.length;
    const who = all ? 'All workers' : `${ids.length} of ${counted(serving.length, 'worker')}`;
    return [
      {
        code,
        severity: others === 0 ? 'blocking' : 'info',
        message: `${who} of the queue ${job.queue} ${ids.length === 1 && !all ? 'is' : 'are'} ${what}.`,
        detail: { queue: job.queue, workers: ids, running: others },
        fix,
      },
    ];
  });
};

const unknownTask = ({ job, serving }: Facts): Reason[] => {
  const ignorant = serving.filter(({ tasks }) => !tasks.includes(job.task)).map(({ id }) => id);
  if (ignorant.length === 0) return [];
  const all = ignorant.length === serving.length;
  const who = all ? 'No worker' : `${ignorant.length} of ${counted(serving.length, 'worker')}`;
  return [
    {
      code: 'unknown_task',
      severity: all ? 'blocking' : 'info',
      message: `${who} of the queue ${job.queue} ${all ? 'knows' : 'do not know'} the task ${job.task}: one that does not and takes it, fails it.`,
      detail: { task: job.task, workers: ignorant, known: serving.length - ignorant.length },
      fix: 'Check the name, and start workers that have a handler for it.',
    },
  ];
};

const unansweredProgram = ({ job: { queue }, stored: { program }, serving }: Facts): Reason[] => {
  if (program === undefined) return [];
  const silent = serving.filter(({ origins }) => !origins.includes(program)).map(({ id }) => id);
  if (silent.length === 0) return [];
  const all = silent.length === serving.length;
  const who = all ? 'No worker' : `${silent.length} of ${counted(serving.length, 'worker')}`;
  return [
    {
      code: 'protocol_not_spoken',
      severity: all ? 'blocking' : 'info',
      message: `${who} of the queue ${queue} ${all ? 'answers' : 'do not answer'} ${program} programs: one that does not and takes it, hands it back.`,
      detail: { origin: program, workers: silent, speaking: serving.length - silent.length },
      fix: `Start its workers with the address of the ${program} programs, as the bridge is.`,
    },
  ];
};
