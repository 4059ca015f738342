import type { Foreign } from '@shared/queue';
import { z } from 'zod';
import { rqWebhooks } from './webhooks.ts';

const schema = z.object({
  /** RQ's id. */
  id: z.string(),
  /** RQ's queue. */
  queue: z.string(),
  /** The function that was asked for. */
  name: z.string(),
  /** Of this run; empty in the form of RQ 1. */
  execution: z.string(),
  /** The RQ worker that took it, as everybody else sees it. */
  worker: z.string(),
  serializer: z.enum(['pickle', 'json']),
  /** In seconds since the epoch. */
  startedAt: z.string(),
  /** Seconds; −1 for no limit. */
  timeout: z.number(),
  /** Which run of the job this is, from 1, as far as its retries tell. */
  try: z.number(),
  retriesLeft: z.number(),
  /** How often it returned a Retry. */
  returnedRetries: z.number().default(0),
  /** As RQ writes it; null where nobody did. */
  enqueuedAt: z.string().nullable().default(null),
  webhooks: rqWebhooks.default([]),
  /** The job of RQ's is over, and this runs a callback of it. */
  callbackOnly: z.boolean().default(false),
  callbacks: z.record(
    z.enum(['success', 'failure', 'stopped']),
    z.object({ name: z.string(), timeout: z.number() }).nullable(),
  ),
});

/** What a job that came in by RQ carries. */
export type RqForeign = z.output<typeof schema>;

/** @throws for notes that this side never wrote. */
export const rqForeign = (foreign: Foreign | null): RqForeign => schema.parse(foreign);

export type CallbackKind = keyof RqForeign['callbacks'];
