import { createCanvas, type Canvas } from '../canvas/apply.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import type { ComposeContext } from '../message/compose-task.ts';
import type { TaskMessage } from '../message/task-message.ts';
import type { ExtendedMeta } from '../results/meta.ts';
import { createFixedIds } from './fixed-ids.ts';

/** How outcomes of one task are written. */
export type OutcomeContext = Omit<ComposeContext, 'newId' | 'parent'> & {
  /** The node name of the worker, as in `suite@host`. */
  nodename: string;
  /** Whether the task keeps no result when its message says nothing. Default false. */
  ignoreResult?: boolean;
  /** The same of one kind of task; undefined: as all others. */
  ignoreResultOf?: (task: string) => boolean | undefined;
  /** Whether a task without result keeps its failures all the same. Default false. */
  storeErrorsEvenIfIgnored?: boolean;
  /** `result_extended`. Default false. */
  extended?: boolean;
  /** `task_inherit_parent_priority`. Default false. */
  inheritParentPriority?: boolean;
  /** What the task sent while it ran. */
  children?: readonly ResultNode[];
};

/** A canvas that sends on behalf of a task, under ids that a second try repeats. */
export const canvasOf = (
  message: TaskMessage,
  context: OutcomeContext,
  purpose: string,
): Canvas => {
  const canvas = createCanvas({
    ...context,
    newId: createFixedIds(
      `${message.id} ${message.retries} ${message.deliveryTag ?? ''} ${purpose}`,
    ),
    parent: {
      id: message.id,
      rootId: message.rootId,
      priority: context.inheritParentPriority === true ? message.priority : null,
    },
  });
  canvas.children.push(...(context.children ?? []));
  return canvas;
};

export const keepsResult = (
  message: TaskMessage,
  { ignoreResult = false, ignoreResultOf }: OutcomeContext,
): boolean => !(message.ignoreResult ?? ignoreResultOf?.(message.task) ?? ignoreResult);

export const keepsErrors = (message: TaskMessage, context: OutcomeContext): boolean =>
  keepsResult(message, context) || context.storeErrorsEvenIfIgnored === true;

export const extendedOf = (
  message: TaskMessage,
  { extended = false, nodename }: OutcomeContext,
): ExtendedMeta | undefined =>
  extended
    ? {
        name: message.task,
        args: message.raw.args,
        kwargs: message.raw.kwargs,
        worker: nodename,
        retries: message.retries,
        queue: message.deliveryInfo?.routingKey ?? null,
        stampedHeaders: message.stampedHeaders,
        stamps: message.stamps,
      }
    : undefined;

export const planName = (message: TaskMessage, outcome: string): string =>
  `${message.id}:${message.retries}:${outcome}`;
