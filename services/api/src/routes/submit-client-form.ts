import { contractForm, contractSignature, generateContractPdf } from '@shared/contracts';
import { createClient, type Database, deleteClient, findUser } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { OwnerNotFoundError } from '../errors/owner-not-found-error.ts';
import type { JobTickets } from '../job-tickets.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const body = z.strictObject({
  /** The business that the form is for. */
  ownerUid: z.uuid(),
  /** A contract is with somebody who can be reached. */
  formData: contractForm.required({ clientName: true, clientEmail: true }).extend({
    clientName: contractForm.shape.clientName.unwrap().min(1, 'must not be empty'),
  }),
  signature: contractSignature,
});

/**
 * `POST /clients/public/submit` takes a form that anybody may fill in, and has a contract made of it:
 * 202 `{ jobId, statusUrl }` at once. `jobId` is a ticket: whoever has it, and nobody else without an
 * account, may follow this one job, whose result holds a link to the PDF.
 * Refusals: 400 `invalid_request`, 404 `owner_not_found`, 413, 429 `rate_limited`, 503.
 */
export const submitClientForm =
  ({
    database,
    producer,
    tickets,
  }: {
    database: Database;
    producer: Pick<Producer, 'enqueue'>;
    tickets: JobTickets;
  }): RequestHandler =>
  async (request, response) => {
    const { ownerUid, formData: form, signature } = readBody(request, body);
    const { log, traceParent } = contextOf(request);
    const owner = await findUser(database, ownerUid);
    if (owner === undefined) throw new OwnerNotFoundError();
    const formData = { ...form, businessName: form.businessName ?? owner.firstName };

    const { clientName: name, clientEmail: email } = form;
    const client = await createClient(database, { ownerId: owner.id, name, email, formData });
    try {
      const job = await producer.enqueue(
        generateContractPdf,
        { clientId: client.id, ownerUid, formData, signature },
        {
          id: `contract-of-client-${client.id}`,
          owner: owner.id,
          group: owner.id,
          origin: 'http',
          traceParent,
        },
      );
      log.info({ clientId: client.id, jobId: job.id }, 'client form submitted');
      const jobId = tickets.issue(job.id);
      const statusUrl = `/jobs/status/${jobId}`;
      response.status(202).location(statusUrl).json({ jobId, statusUrl });
    } catch (error) {
      // All or nothing: a form that was not taken may be sent again.
      await deleteClient(database, client.id).catch((reason: unknown) =>
        log.warn({ error: reason, clientId: client.id }, 'client of a failed form is left behind'),
      );
      throw error;
    }
  };
