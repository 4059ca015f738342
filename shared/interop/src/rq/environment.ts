import type { Logger } from '@shared/service';
import { z } from 'zod';
import type { RqSideOptions } from './options.ts';

/** The variables that say where RQ is; a process spreads them into its schema. */
export const rqEnvironment = {
  RQ_REDIS_URL: z.string().optional(),
  /** Comma-separated, in order of precedence. */
  RQ_QUEUES: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .default(['default']),
  RQ_WIRE: z.enum(['auto', '1', '2']).default('auto'),
  RQ_ABANDONED: z.enum(['fail', 'rerun']).default('fail'),
};

const schema = z.object(rqEnvironment);

/** Undefined where RQ_REDIS_URL is not set and nothing else says where it is. */
export const rqOptionsOf = (
  set: z.output<typeof schema>,
  {
    redisUrl = set.RQ_REDIS_URL,
    queues = set.RQ_QUEUES,
    log,
  }: { redisUrl?: string | undefined; queues?: readonly string[]; log: Logger },
): RqSideOptions | undefined =>
  redisUrl === undefined
    ? undefined
    : { redisUrl, queues, form: set.RQ_WIRE, abandoned: set.RQ_ABANDONED, log };
