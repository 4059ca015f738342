import type { Command } from '../command.ts';
import { apiKeyCommand } from './api-key.ts';
import { cancelCommand } from './cancel.ts';
import { checkCommand } from './check.ts';
import { controlCommand } from './control.ts';
import { enqueueCommand } from './enqueue.ts';
import { infoCommand } from './info.ts';
import { inspectCommand } from './inspect.ts';
import { resultCommand } from './result.ts';
import { statusCommand } from './status.ts';
import { tasksCommand } from './tasks.ts';
import { workerCommand } from './worker.ts';
import { workersCommand } from './workers.ts';

/** All commands, in the order the help lists them. */
export const commands: readonly Command[] = [
  workerCommand,
  enqueueCommand,
  statusCommand,
  resultCommand,
  cancelCommand,
  infoCommand,
  tasksCommand,
  workersCommand,
  inspectCommand,
  controlCommand,
  checkCommand,
  apiKeyCommand,
];
