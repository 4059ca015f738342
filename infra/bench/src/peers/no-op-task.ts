import { defineTask, type Task } from '@shared/contracts';
import { z } from 'zod';

/** The key prefix of everything that our side writes. */
export const PREFIX = 'bench';

/** A task that does nothing, with the policy that tasks have unless they say otherwise. */
export const noOpOn = (queue: string): Task<{ label: string }, { label: string }, string> =>
  defineTask({
    name: 'bench.no-op',
    queue,
    payload: z.strictObject({ label: z.string() }),
    result: z.string(),
  });
