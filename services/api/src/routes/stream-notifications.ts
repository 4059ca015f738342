import { setTimeout as sleep } from 'node:timers/promises';
import {
  countUnread,
  type Database,
  notificationsAfter,
  notificationState,
} from '@shared/database';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { bodyOf, refusalOf } from '../answer-error.ts';
import type { Callers } from '../callers.ts';
import { openStream, sendEvent } from '../event-stream.ts';
import type { LiveNotifications } from '../live-notifications.ts';
import { viewNotification } from '../notification-view.ts';
import { parseRequest } from '../parse-request.ts';
import { contextOf } from '../request-context.ts';

const HEARTBEAT_MS = 15_000;
const BATCH = 100;

const lastEventId = z.coerce.number('must be the id of an event').int().nonnegative().optional();

/**
 * `GET /notifications/stream` sends one's notifications as they come, as server-sent events:
 * `notification` with its id as the event's, and `unread` with `{ unread }`, at once and at each change.
 * It begins after `Last-Event-ID`, so that nothing is missed between two connections, or with what
 * comes next. Refusals: 400 `invalid_request`, 401, before the stream; an event `error` in it.
 *
 * @param options.stopping ends every stream, for shutdown.
 */
export const streamNotifications =
  ({
    database,
    callers,
    live,
    stopping,
    heartbeatMs = HEARTBEAT_MS,
  }: {
    database: Database;
    callers: Callers;
    live: LiveNotifications;
    stopping: AbortSignal;
    heartbeatMs?: number;
  }): RequestHandler =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const asked = parseRequest(lastEventId, request.get('last-event-id'));
    const after = asked ?? (await notificationState(database, userId)).lastId;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping]);

    openStream(response);
    const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
    const changes = createBell();
    using _listening = await live.listen(userId, changes.ring);
    try {
      await follow(response, { database, userId, after, changes, signal });
    } catch (error) {
      if (!signal.aborted) await breakOff(request, response, error, signal);
    } finally {
      clearInterval(heartbeat);
      response.end();
    }
  };

/** Sends all there is, then waits for more, until the signal aborts. */
const follow = async (
  response: Response,
  {
    database,
    userId,
    after,
    changes,
    signal,
  }: { database: Database; userId: string; after: number; changes: Bell; signal: AbortSignal },
) => {
  let lastId = after;
  let shown: number | undefined;
  while (!signal.aborted) {
    const found = await notificationsAfter(database, { userId, after: lastId, limit: BATCH });
    for (const one of found) {
      await sendEvent(response, 'notification', viewNotification(one), { signal, id: one.id });
      lastId = one.id;
    }
    if (found.length === BATCH) continue;
    const unread = await countUnread(database, userId);
    if (unread !== shown) await sendEvent(response, 'unread', { unread }, { signal, id: lastId });
    shown = unread;
    await changes.rung(signal);
  }
};

const breakOff = async (
  request: Request,
  response: Response,
  error: unknown,
  signal: AbortSignal,
) => {
  const { id, log } = contextOf(request);
  log.warn({ error }, 'event stream broken off');
  // 503 hides hosts and settings, whatever it was.
  await sendEvent(response, 'error', bodyOf(refusalOf(error), 503, id), { signal });
};

type Bell = {
  ring(): void;
  /** Resolves at the next ring, at once if it rang since the last time; or when the signal aborts. */
  rung(signal: AbortSignal): Promise<void>;
};

/** What many changes in a row come to is read in one go. */
const TOGETHER_MS = 20;

const createBell = (): Bell => {
  let next = Promise.withResolvers<void>();
  return {
    ring: () => next.resolve(),
    async rung(signal) {
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.resolve();
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      await Promise.race([next.promise, aborted.promise]);
      signal.removeEventListener('abort', abort);
      await sleep(TOGETHER_MS);
      next = Promise.withResolvers<void>();
    },
  };
};
