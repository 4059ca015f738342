import {
  type AnyTask,
  type Canvas,
  type FollowUps,
  type OnFailure,
  type Signature,
} from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { Dependent, NewJob } from '../engine/add-batch.ts';
import { buildJob, type EnqueueOptions } from '../enqueue/options.ts';
import { afterFlowJob } from '../follow-ups/after-flow.ts';
import { storeFollowUps } from '../follow-ups/store.ts';
import { newJobId } from '../job-id.ts';
import { checkPayload } from './check-payload.ts';

/** Options that hold for all jobs of a flow, and what follows the flow as a whole. */
export type FlowOptions<Result = never> = FollowUps<Result> & JobOptions;

type JobOptions = Pick<
  EnqueueOptions,
  'owner' | 'origin' | 'tags' | 'group' | 'priority' | 'traceParent'
>;

/** The task of a job that has no handler: it ends when all its inputs are there. */
export const JOIN_TASK = 'platform.join';

/** A flow as jobs. The last one has the flow's id. */
export type CompiledFlow = {
  flowId: string;
  jobs: NewJob[];
  /** Those that wait for nothing. */
  entries: NewJob[];
};

/** How long the list of a group's results is kept. */
const JOIN_KEPT_MS = 3_600_000;

type Node = {
  job: NewJob;
  inputs: number;
  dependents: Dependent[];
  joinKeptMs?: number;
  onFailure: OnFailure;
};

type Built = {
  /** What must not start before the step before has ended. */
  entries: Node[];
  exit: Node;
};

/**
 * Turns a canvas into jobs that wait for each other: later steps first, since a step must know who
 * waits for it.
 *
 * @throws {InvalidPayloadError | InvalidOptionError | UnknownTaskError} before anything is written.
 */
export const compileFlow = (
  canvas: Canvas,
  taskOf: (name: string) => AnyTask,
  { onSuccess, onFailure, ...options }: FlowOptions,
): CompiledFlow => {
  const nodes: Node[] = [];
  const followUps = storeFollowUps({ onSuccess, onFailure }, options);

  const add = (node: Node): Node => {
    nodes.push(node);
    return node;
  };

  const buildTask = (step: Signature, dependents: Dependent[], inputList: boolean): Built => {
    const { onFailure = 'fail', ...own } = step.options ?? {};
    const task = taskOf(step.task);
    checkPayload(task, step.payload, step.input);
    const job = buildJob(
      task,
      step.payload,
      { ...options, ...own },
      step.input === undefined ? {} : { input: { field: step.input, list: inputList } },
    );
    const node = add({ job, inputs: 0, dependents, onFailure });
    return { entries: [node], exit: node };
  };

  const buildGroup = (members: readonly Canvas[], dependents: Dependent[], body?: Node): Built => {
    const join = body ?? add(joinNode(queueOf(members[0], taskOf), dependents));
    join.inputs = members.length;
    const entries = members.flatMap(
      (member, slot) => build(member, (onFailure) => [dependentOn(join, slot, onFailure)]).entries,
    );
    return { entries, exit: join };
  };

  const buildChain = (
    steps: readonly Canvas[],
    dependents: (onFailure: OnFailure) => Dependent[],
  ): Built => {
    let next: Built | undefined;
    let exit: Node | undefined;
    for (let at = steps.length - 1; at >= 0; at -= 1) {
      const step = steps[at];
      if (step === undefined) continue;
      const after: Built | undefined = next;
      const before = steps[at - 1];
      const afterGroup = before?.kind === 'group';
      const told = (onFailure: OnFailure): Dependent[] =>
        after === undefined
          ? dependents(onFailure)
          : after.entries.map((entry) => dependentOn(entry, 0, onFailure));
      // The one task after a group takes its results itself and needs no join between them.
      const body = after !== undefined && steps[at + 1]?.kind === 'task';
      next =
        step.kind === 'group' && body
          ? buildGroup(step.members, [], after?.entries[0])
          : build(step, told, afterGroup);
      exit ??= next.exit;
      if (at > 0) for (const entry of next.entries) entry.inputs = Math.max(entry.inputs, 1);
    }
    if (next === undefined || exit === undefined) throw emptyCanvas();
    return { entries: next.entries, exit };
  };

  const build = (
    step: Canvas,
    dependents: (onFailure: OnFailure) => Dependent[],
    inputList = false,
  ): Built => {
    if (step.kind === 'chain') return buildChain(step.steps, dependents);
    if (step.kind === 'task') {
      return buildTask(step, dependents(step.options?.onFailure ?? 'fail'), inputList);
    }
    if (step.members.length === 0) throw emptyCanvas();
    return buildGroup(step.members, dependents('fail'));
  };

  const { exit } = build(canvas, () => []);
  const flowId = exit.job.id;
  for (const { job, inputs, dependents, joinKeptMs } of nodes) {
    job.flow = {
      flowId,
      inputs,
      dependents,
      ...(joinKeptMs === undefined ? {} : { joinKeptMs }),
    };
  }
  const entries = nodes.filter(({ inputs }) => inputs === 0).map(({ job }) => job);
  const jobs = nodes.map(({ job }) => job);
  if (followUps !== undefined) {
    // Not one of the flow: cancelling that must not cancel what follows.
    const after = afterFlowJob(exit.job, followUps, options.traceParent);
    after.flow = { flowId: '', inputs: 1, dependents: [] };
    exit.dependents.push({ queue: after.queue, id: after.id, slot: 0, onFailure: 'ignore' });
    jobs.unshift(after);
  }
  return { flowId, jobs, entries };
};

const dependentOn = ({ job }: Node, slot: number, onFailure: OnFailure): Dependent => ({
  queue: job.queue,
  id: job.id,
  slot,
  onFailure,
});

const joinNode = (queue: string, dependents: Dependent[]): Node => ({
  job: {
    queue,
    id: newJobId(queue),
    task: JOIN_TASK,
    data: JSON.stringify({ payload: {} }),
    enginePriority: 1,
    enqueuedAt: Date.now(),
    dueAt: 0,
    lane: '',
    indexedUnder: '',
    foreign: false,
    again: false,
  },
  inputs: 0,
  dependents,
  joinKeptMs: JOIN_KEPT_MS,
  onFailure: 'fail',
});

/** A join stands in the queue of its first member: nobody needs to serve it. */
const queueOf = (canvas: Canvas | undefined, taskOf: (name: string) => AnyTask): string => {
  if (canvas === undefined) throw emptyCanvas();
  if (canvas.kind === 'task') return taskOf(canvas.task).queue;
  return queueOf(canvas.kind === 'chain' ? canvas.steps[0] : canvas.members[0], taskOf);
};

const emptyCanvas = () =>
  new InvalidOptionError('canvas', 'a part of it is empty', 'Give each part a signature.');
