import { type Database, databaseHealth } from '@shared/database';
import {
  type DeadLetters,
  type HeldJobs,
  type OutboxRelay,
  type Producer,
  redisHealth,
} from '@shared/queue';
import type { Logger } from '@shared/service';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import type { Background } from './background.ts';
import { createCallers } from './callers.ts';
import { createJobTickets } from './job-tickets.ts';
import { createLimits, type Limits } from './limits.ts';
import type { LiveNotifications } from './live-notifications.ts';
import { createMetrics } from './metrics.ts';
import { createPasswords, type PasswordCost } from './passwords.ts';
import { createSessionTokens } from './session-tokens.ts';
import type { Similarity } from './similarity/similarity.ts';
import { createUploads } from './tus/uploads.ts';
import { createVideoFiles } from './video-files.ts';

export type AppOptions = {
  database: Database;
  producer: Producer;
  /** Moves what is enqueued with a transaction. */
  relay: OutboxRelay;
  deadLetters: DeadLetters;
  held: HeldJobs;
  storage: Storage;
  similarity: Similarity;
  background: Background;
  live: LiveNotifications;
  log: Logger;
  /** Ends the event streams when the process shuts down. */
  stopping: AbortSignal;
  prefix: string;
  /** Signs session tokens. */
  sessionSecret: string;
  /** The same that the storage signs its addresses with. */
  signingSecret: string;
  /** An operator's API key, beside those in the database. */
  apiKey: string | undefined;
  publicUrl: string;
  /** Metrics, queue counts and contracts are open to all otherwise. */
  production: boolean;
  limits: Limits;
  maxUploadBytes: number;
  /** The push services that browsers may name. */
  pushHosts: readonly string[];
  vapidPublicKey: string | undefined;
  maxVideoBytes: number;
  /** How long an upload that broke off can be resumed. */
  uploadLifetimeMs: number;
  trustProxy: number | string;
  passwordCost?: PasswordCost;
  heartbeatMs?: number;
};

/** What the addresses are made of, each part once. */
export type Parts = ReturnType<typeof openParts>;

export const openParts = (options: AppOptions) => {
  const { database, producer, relay, deadLetters, held, storage, background, live, log } = options;
  const { stopping, similarity, pushHosts, vapidPublicKey, publicUrl } = options;
  const { prefix, sessionSecret, signingSecret, apiKey } = options;
  const { production, maxUploadBytes, passwordCost, heartbeatMs } = options;
  const passwords = createPasswords(passwordCost);
  const tokens = createSessionTokens(sessionSecret);
  const callers = createCallers({ database, tokens, apiKey });
  const tickets = createJobTickets(sessionSecret);
  const limited = createLimits({ redis: producer.redis, prefix, limits: options.limits, log });
  const metrics = createMetrics({ producer, held, log });
  const guarded: RequestHandler = async (request, _response, next) => {
    if (production) await callers.machine(request);
    next();
  };
  const jobs = { producer, callers };
  const buried = { deadLetters, callers };
  const kept = { held, callers };
  const people = { database, callers };
  const told = { ...people, producer, background };
  const pictures = { database, storage, callers };
  const { maxVideoBytes, uploadLifetimeMs } = options;
  const files = createVideoFiles(signingSecret);
  const movies = { ...pictures, producer, files, maxVideoBytes };
  const uploads = createUploads({ ...movies, uploadLifetimeMs });
  const checks = {
    redis: redisHealth(producer),
    postgres: databaseHealth(database),
    storage: storage.health,
  };
  return {
    database,
    producer,
    relay,
    storage,
    background,
    live,
    stopping,
    similarity,
    pushHosts,
    vapidPublicKey,
    publicUrl,
    prefix,
    signingSecret,
    production,
    maxUploadBytes,
    passwords,
    tokens,
    callers,
    tickets,
    limited,
    metrics,
    guarded,
    jobs,
    buried,
    kept,
    people,
    told,
    pictures,
    movies,
    uploads,
    checks,
    heartbeat: heartbeatMs === undefined ? {} : { heartbeatMs },
  };
};
