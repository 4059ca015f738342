import type { Foreign } from '@shared/queue';
import { z } from 'zod';

/** What a job that came in by ARQ carries. */
export type ArqForeign = {
  /** ARQ's id. */
  id: string;
  /** ARQ's queue. */
  queue: string;
  /** The function that was asked for. */
  name: string;
  /** In ms since the epoch. */
  enqueuedAt: number;
  /** When it was due, in ms since the epoch. */
  score: number;
};

const schema = z.object({
  id: z.string(),
  queue: z.string(),
  name: z.string(),
  enqueuedAt: z.number(),
  score: z.number(),
});

/** @throws for notes that this side never wrote. */
export const arqForeign = (foreign: Foreign | null): ArqForeign => schema.parse(foreign);

const CRON = 'cron:';

/** Cron jobs are asked for under this prefix, keep no result, and hold their lock to the end of the tick. */
export const isCron = (name: string): boolean => name.startsWith(CRON);

export const functionOf = (name: string): string => (isCron(name) ? name.slice(CRON.length) : name);
