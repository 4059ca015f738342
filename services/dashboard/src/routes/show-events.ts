import { type Database, listDailyCounts } from '@shared/database';
import type { RequestHandler } from 'express';
import { eventsPage } from '../pages/events-page.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;

/** `GET /events` shows the events of the last 30 days, as a page or, to who asks for JSON, as `{ from, to, days }`. */
export const showEvents =
  ({ database }: { database: Database }): RequestHandler =>
  async (request, response) => {
    const now = Date.now();
    const range = { from: dayOf(now - (DAYS - 1) * DAY_MS), to: dayOf(now) };
    const days = await listDailyCounts(database, range);
    if (request.accepts(['html', 'json']) === 'json') response.json({ ...range, days });
    else response.send(eventsPage(days, range));
  };

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
