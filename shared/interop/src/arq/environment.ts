import type { Logger } from '@shared/service';
import { z } from 'zod';
import type { ArqSideOptions } from './options.ts';

const count = z.coerce.number('must be a whole number').int().min(1);

/** The variables that say where ARQ is; a process spreads them into its schema. */
export const arqEnvironment = {
  ARQ_REDIS_URL: z.string().optional(),
  /** Comma-separated, in order of precedence. */
  ARQ_QUEUES: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .default(['arq:queue']),
  ARQ_SERIALIZER: z.enum(['pickle', 'json', 'msgpack']).default('pickle'),
  ARQ_MAX_TRIES: count.default(5),
  ARQ_POLL_MS: count.default(50),
};

const schema = z.object(arqEnvironment);

/** Undefined where ARQ_REDIS_URL is not set and nothing else says where it is. */
export const arqOptionsOf = (
  set: z.output<typeof schema>,
  {
    redisUrl = set.ARQ_REDIS_URL,
    queues = set.ARQ_QUEUES,
    log,
  }: {
    redisUrl?: string | undefined;
    queues?: readonly string[];
    log: Logger;
  },
): ArqSideOptions | undefined =>
  redisUrl === undefined
    ? undefined
    : {
        redisUrl,
        queues,
        serializer: set.ARQ_SERIALIZER,
        maxTries: set.ARQ_MAX_TRIES,
        pollMs: set.ARQ_POLL_MS,
        log,
      };
