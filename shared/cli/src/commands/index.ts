import type { Command } from '../command.ts';
import { apiKeyCommand } from './api-key.ts';
import { cancelCommand } from './cancel.ts';
import { checkCommand } from './check.ts';
import { controlCommand } from './control.ts';
import { deadCommand } from './dead.ts';
import { enqueueCommand } from './enqueue.ts';
import { heldCommand } from './held.ts';
import { infoCommand } from './info.ts';
import { inspectCommand } from './inspect.ts';
import { quarantineCommand } from './quarantine.ts';
import { resultCommand } from './result.ts';
import { searchCommand } from './search.ts';
import { statusCommand } from './status.ts';
import { stubsCommand } from './stubs.ts';
import { tasksCommand } from './tasks.ts';
import { whyCommand } from './why.ts';
import { workerCommand } from './worker.ts';
import { workersCommand } from './workers.ts';

/** All commands, in the order the help lists them. */
export const commands: readonly Command[] = [
  workerCommand,
  enqueueCommand,
  statusCommand,
  resultCommand,
  cancelCommand,
  whyCommand,
  searchCommand,
  deadCommand,
  quarantineCommand,
  heldCommand,
  infoCommand,
  tasksCommand,
  stubsCommand,
  workersCommand,
  inspectCommand,
  controlCommand,
  checkCommand,
  apiKeyCommand,
];
