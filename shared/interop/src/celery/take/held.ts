import type { AnyTask } from '@shared/contracts';
import type { TaskMessage } from '../message/task-message.ts';
import type { Delivery } from './unacked.ts';

/** A task that this process took and has not handed to the platform. */
export type Held = {
  delivery: Delivery;
  message: TaskMessage;
  task: AnyTask;
};
