import {
  type Database,
  type NotificationPreference,
  preferencesOf,
  setPreference,
} from '@shared/database';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { parseRequest } from '../parse-request.ts';
import { readBody } from '../read-body.ts';

const kindName = z.strictObject({
  kind: z.string().regex(/^(\*|[a-z0-9-]{1,50})$/, 'must be a kind as in new-follower, or *'),
});

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time as in 22:30')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const isTimeZone = (name: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
};

const body = z.strictObject({
  /** Null is "as `*` says", which is yes unless said otherwise. */
  inApp: z.boolean().nullable().default(null),
  push: z.boolean().nullable().default(null),
  /** When push messages wait. */
  quietHours: z
    .strictObject({
      from: time,
      until: time,
      timeZone: z.string().max(100).refine(isTimeZone, 'must be a time zone as in Europe/Berlin'),
    })
    .refine(({ from, until }) => from !== until, 'must not begin when they end')
    .nullable()
    .default(null),
});

/**
 * `GET /notifications/preferences` shows what one has said of each kind: 200 `{ preferences }`.
 * Refusals: 401.
 */
export const showPreferences =
  ({ database, callers }: { database: Database; callers: Callers }): RequestHandler =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const preferences = await preferencesOf(database, { userId });
    response
      .setHeader('cache-control', 'no-store')
      .json({ preferences: preferences.map(viewPreference) });
  };

/**
 * `PUT /notifications/preferences/:kind` says how one wants to be told of a kind of thing, or of all
 * (`*`), in place of what one said before: 200 `{ preference }`.
 * Refusals: 400 `invalid_request`, 401.
 */
export const putPreference =
  ({
    database,
    callers,
  }: {
    database: Database;
    callers: Callers;
  }): RequestHandler<{ kind: string }> =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const { kind } = parseRequest(kindName, { kind: request.params.kind });
    const { inApp, push, quietHours } = readBody(request, body);
    const preference = {
      kind,
      inApp,
      push,
      quietFrom: quietHours?.from ?? null,
      quietUntil: quietHours?.until ?? null,
      timeZone: quietHours?.timeZone ?? null,
    };
    await setPreference(database, { userId, ...preference });
    response.json({ preference: viewPreference(preference) });
  };

const viewPreference = ({
  kind,
  inApp,
  push,
  quietFrom,
  quietUntil,
  timeZone,
}: NotificationPreference) => ({
  kind,
  inApp,
  push,
  quietHours:
    quietFrom === null || quietUntil === null
      ? null
      : { from: clock(quietFrom), until: clock(quietUntil), timeZone: timeZone ?? 'UTC' },
});

const clock = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
