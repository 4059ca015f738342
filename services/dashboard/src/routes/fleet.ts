import type { Fleet } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Audit } from '../board/hooks.ts';
import { signedInUser } from '../gate.ts';
import { fleetPage } from '../pages/fleet-page.ts';
import { refuse } from '../refuse.ts';
import { atLeast } from '../roles.ts';

type View = Pick<Fleet, 'workers' | 'command'>;

/** `GET /fleet` shows the workers, as a page or, to who asks for JSON, as `{ workers }`. */
export const showFleet =
  ({ fleet }: { fleet: View }): RequestHandler =>
  async (request, response) => {
    const workers = await fleet.workers();
    if (request.accepts(['html', 'json']) === 'json') response.json({ workers });
    else {
      const mayAct = atLeast(signedInUser(response).role, 'operator');
      response.send(fleetPage(workers, { mayAct }));
    }
  };

const Body = z.object({ worker: z.string().min(1).max(200) });

/** `POST /fleet/pause` and `POST /fleet/resume` tell one worker, and lead back to the page. */
export const actOnWorker =
  (verb: 'pause' | 'resume', { fleet, audit }: { fleet: View; audit: Audit }): RequestHandler =>
  async (request, response) => {
    const body = Body.safeParse(request.body);
    if (!body.success) {
      refuse(response, 400, {
        code: 'invalid_request',
        message: 'Request refused: it names no worker.',
        fix: 'Send its id as the form field "worker".',
      });
      return;
    }
    const { worker } = body.data;
    const actor = signedInUser(response).name;
    // Nothing is ever done that was not noted.
    await audit({ actor, action: `fleet.${verb}`, target: worker, detail: {} });
    const [reply] = await fleet.command({ ids: [worker] }, { name: verb });
    if (reply?.ok === true) {
      response.redirect(303, '/fleet');
      return;
    }
    refuse(response, 409, {
      code: 'worker_silent',
      message: `Worker "${worker}" did not do it: ${reply?.reason ?? 'there is none of that id'}.`,
      fix: 'Look at /fleet whether it is still there, and try again.',
    });
  };
