import type { HeldJobs } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Audit } from '../board/hooks.ts';
import { signedInUser } from '../gate.ts';
import { heldPage } from '../pages/held-page.ts';
import { refuse } from '../refuse.ts';
import { atLeast } from '../roles.ts';

const SHOWN = 200;

/** `GET /held` shows the held jobs, as a page or, to who asks for JSON, as `{ jobs, counts }`. */
export const showHeld =
  ({ held }: { held: HeldJobs }): RequestHandler =>
  async (request, response) => {
    const [jobs, counts] = await Promise.all([held.list({ limit: SHOWN }), held.count()]);
    const found = { jobs, counts };
    if (request.accepts(['html', 'json']) === 'json') response.json(found);
    else {
      const mayAct = atLeast(signedInUser(response).role, 'operator');
      response.send(heldPage(found, { mayAct }));
    }
  };

const Body = z.object({ id: z.string().min(1).max(2_000) });

/** `POST /held/redrive` and `POST /held/delete` see to one refused job, and lead back to the page. */
export const actOnHeld =
  (verb: 'redrive' | 'delete', { held, audit }: { held: HeldJobs; audit: Audit }): RequestHandler =>
  async (request, response) => {
    const body = Body.safeParse(request.body);
    if (!body.success) {
      refuse(response, 400, {
        code: 'invalid_request',
        message: 'Request refused: it names no job.',
        fix: 'Send its id as the form field "id".',
      });
      return;
    }
    const { id } = body.data;
    const actor = signedInUser(response).name;
    // Nothing is ever done that was not noted.
    await audit({ actor, action: `held.${verb}`, target: id, detail: {} });
    await held[verb]([id]);
    response.redirect(303, '/held');
  };
