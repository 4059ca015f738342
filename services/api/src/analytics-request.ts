import { z } from 'zod';
import { eventFields } from '@shared/contracts';
import type { Request } from 'express';
import { InvalidRequestError } from './errors/invalid-request-error.ts';
import { parseRequest } from './parse-request.ts';

const DAY_MS = 86_400_000;

const query = z.strictObject({
  from: z.iso.date('must be a day, as in 2026-11-25').exactOptional(),
  to: z.iso.date('must be a day, as in 2026-11-25').exactOptional(),
  eventType: eventFields.eventType.exactOptional(),
});

/** Days in UTC, both included. */
export type CountRange = { from: string; to: string; eventType?: string };

/**
 * What counts are asked for: `?from=…&to=…&eventType=…`. Without `to` until today, without `from`
 * `maxDays` but at most 30.
 *
 * @throws {InvalidRequestError}
 */
export const readCountRange = (request: Request, maxDays: number, now = new Date()): CountRange => {
  const given = parseRequest(query, request.query);
  const to = given.to ?? now.toISOString().slice(0, 10);
  const from = given.from ?? daysBefore(to, Math.min(maxDays, 30) - 1);
  if (from > to) throw new InvalidRequestError('from', 'is after the end of the range');
  if (from < daysBefore(to, maxDays - 1)) {
    throw new InvalidRequestError('from', `is more than ${maxDays} days before the end`);
  }
  return { ...given, from, to };
};

const daysBefore = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
