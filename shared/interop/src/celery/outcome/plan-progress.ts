import type { PickleValue } from '../../pickle/index.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { keepsResult, planName, type OutcomeContext } from './context.ts';
import type { Plan } from './effects.ts';
import { storeFor } from './store.ts';

/** A task that tracks its start has begun to run. */
export const planStarted = (message: TaskMessage, pid: number, context: OutcomeContext): Plan => ({
  name: planName(message, 'started'),
  effects: keepsResult(message, context)
    ? [
        storeFor(
          message,
          {
            state: 'STARTED',
            result: new Map<string, PickleValue>([
              ['pid', pid],
              ['hostname', context.nodename],
            ]),
          },
          context,
        ),
      ]
    : [],
});

/** A state of the task's own, as `update_state` stores it. */
export const planState = (
  message: TaskMessage,
  { state, meta }: { state: string; meta: PickleValue },
  context: OutcomeContext,
): Plan => ({
  name: planName(message, `state ${state} ${context.nowMs}`),
  effects: [storeFor(message, { state, result: meta, children: context.children ?? [] }, context)],
});
