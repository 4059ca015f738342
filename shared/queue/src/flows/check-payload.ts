import { parsePayload, type Task } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import { z } from 'zod';

/**
 * Checks a payload but for the field `input`, which what comes before will fill.
 *
 * @throws {InvalidPayloadError | InvalidOptionError}
 */
export const checkPayload = (task: Task, payload: unknown, input: string | undefined): void => {
  if (input === undefined) {
    parsePayload(task, payload);
    return;
  }
  if (!(task.payload instanceof z.ZodObject)) {
    throw new InvalidOptionError('input', `${task.name} takes no object`, 'Leave input out.');
  }
  if (!Object.hasOwn(task.payload.shape, input)) {
    throw new InvalidOptionError(
      'input',
      `${task.name} has no field "${input}"`,
      `Use one of: ${Object.keys(task.payload.shape).join(', ')}.`,
    );
  }
  // Zod's type wants the key known at compile time.
  const rest = task.payload.omit({ [input]: true } as never);
  parsePayload({ name: task.name, payload: rest }, payload);
};
