import { exampleTask } from '@shared/contracts';
import { implement } from '@shared/queue';

export const createExampleTask = () =>
  implement(exampleTask, ({ message }) => `Processed: ${message}`);
