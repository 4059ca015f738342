import { type Database, listDailyCounts, listHourlyCounts } from '@shared/database';
import type { RequestHandler } from 'express';
import { readCountRange } from '../analytics-request.ts';
import type { Callers } from '../callers.ts';

type Parts = { database: Database; callers: Callers };

const MAX_DAYS = 400;
const MAX_DAYS_BY_HOUR = 31;

/**
 * `GET /analytics/daily?from=2026-11-01&to=2026-11-25&eventType=job_view` tells how many events there
 * were, of how many users, by day and type, for operators and API keys: 200 `{ from, to, days }`, as of
 * each day's last roll-up. Refusals: 400 `invalid_request`, 401, 403.
 */
export const dailyCounts =
  ({ database, callers }: Parts): RequestHandler =>
  async (request, response) => {
    await callers.machine(request);
    const { from, to, ...filter } = readCountRange(request, MAX_DAYS);
    const days = await listDailyCounts(database, { from, to, ...filter });
    response.setHeader('cache-control', 'no-store').json({ from, to, days });
  };

/** `GET /analytics/hourly` tells the same by the hour, of 31 days at most: 200 `{ from, to, hours }`. */
export const hourlyCounts =
  ({ database, callers }: Parts): RequestHandler =>
  async (request, response) => {
    await callers.machine(request);
    const { from, to, ...filter } = readCountRange(request, MAX_DAYS_BY_HOUR);
    const hours = await listHourlyCounts(database, { from, to, ...filter });
    response.setHeader('cache-control', 'no-store').json({ from, to, hours });
  };
