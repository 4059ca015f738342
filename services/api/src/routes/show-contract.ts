import { timingSafeEqual } from 'node:crypto';
import { type Contract, type Database, findContract } from '@shared/database';
import type { Storage } from '@shared/storage';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { ContractNotFoundError } from '../errors/contract-not-found-error.ts';
import { ContractNotReadyError } from '../errors/contract-not-ready-error.ts';
import { hashToken } from '../hash-token.ts';
import { parseRequest } from '../parse-request.ts';
import { sendStored } from '../send-stored.ts';

const contractId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

const query = z.strictObject({ token: z.string().max(200).optional() });

/** Nobody but the reader may keep a copy. */
const CACHE_CONTROL = 'private, no-cache';

/**
 * `GET /contracts/:id/pdf` shows a contract to its owner, to operators, and to whoever has the link in
 * the result of its job (`?token=`) until that expires; ranges are answered.
 * Refusals: 401, 404 `contract_not_found`, `contract_not_ready`, 416 `unsatisfiable_range`.
 */
export const showContract =
  ({
    database,
    storage,
    callers,
  }: {
    database: Database;
    storage: Storage;
    callers: Callers;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const contract = await visibleContract(request, { database, callers });
    if (contract.storageKey === null) throw new ContractNotReadyError();
    response.setHeader('content-disposition', `inline; filename="contract-${contract.id}.pdf"`);
    await sendStored(request, response, {
      storage,
      key: contract.storageKey,
      cacheControl: CACHE_CONTROL,
    });
  };

const visibleContract = async (
  request: Request<{ id: string }>,
  { database, callers }: { database: Database; callers: Callers },
): Promise<Contract> => {
  const { token } = parseRequest(query, request.query);
  const caller = token === undefined ? await callers.anyone(request) : undefined;
  const id = contractId.safeParse(request.params.id);
  const contract = id.success ? await findContract(database, id.data) : undefined;
  if (contract === undefined) throw new ContractNotFoundError();
  const may =
    token === undefined
      ? caller?.operator === true || caller?.owner === contract.ownerUid
      : opens(token, contract);
  if (!may) throw new ContractNotFoundError();
  return contract;
};

const opens = (token: string, { linkHash, linkExpiresAt }: Contract): boolean =>
  linkHash !== null &&
  linkExpiresAt !== null &&
  linkExpiresAt > new Date() &&
  timingSafeEqual(Buffer.from(hashToken(token)), Buffer.from(linkHash));
