import { createHash, randomBytes } from 'node:crypto';
import { type ContractForm, readSignature } from '@shared/contracts';
import { beginContract, completeContract, type Database } from '@shared/database';
import type { Attempt } from '@shared/queue';
import type { Storage } from '@shared/storage';
import { quote } from './quote/quote.ts';
import { InvalidSignatureImageError } from './errors/invalid-signature-image-error.ts';
import { wordContract } from './typeset/contract-page.ts';
import type { Typesetter } from './typeset/start-typesetter.ts';

/** How long the link in the result opens the PDF. */
const LINK_MS = 7 * 86_400_000;

export type ContractRequest = {
  clientId: number;
  ownerUid: string;
  formData: ContractForm;
  signature?: string | null | undefined;
};

/** What the work needs to know of its attempt. */
export type ContractAttempt = Pick<Attempt, 'jobId' | 'fence' | 'signal' | 'log' | 'progress'>;

export type ContractServices = {
  database: Database;
  storage: Storage;
  typesetter: Typesetter;
  /** What links start with. */
  publicUrl: string;
};

/**
 * Makes one contract. Its number belongs to the job, and its file follows from number, form and day,
 * so a repetition replaces the file with the same; only the link is a new one then.
 */
export const makeContract = async (
  { clientId, ownerUid, formData, signature }: ContractRequest,
  { jobId, fence, signal, log, progress }: ContractAttempt,
  { database, storage, typesetter, publicUrl }: ContractServices,
) => {
  // Before it gets a number: a request that can be no contract leaves none behind.
  const image = signature ? signatureOf(signature) : undefined;
  const priced = quote(formData);
  progress(0.1, 'quote calculated');

  const { id, createdAt } = await beginContract(database, { clientId, ownerUid, jobId, fence });
  const page = wordContract(formData, { contractId: id, date: createdAt, quote: priced });
  const startedAt = performance.now();
  const pdf = await typesetter.typeset(page, { signature: image, made: createdAt, signal });
  const typesetMs = Math.round(performance.now() - startedAt);
  progress(0.6, 'contract typeset');

  const key = `contracts/${id}/contract.pdf`;
  signal.throwIfAborted();
  await storage.put(key, pdf, { contentType: 'application/pdf', signal });
  const { token, linkHash } = newLink();
  const { totalMinor, currency } = priced;
  await completeContract(
    database,
    { id, jobId, fence },
    {
      storageKey: key,
      bytes: pdf.byteLength,
      totalMinor,
      currency,
      linkHash,
      linkExpiresAt: new Date(Date.now() + LINK_MS),
    },
  );

  log.info({ contractId: id, clientId, bytes: pdf.byteLength, typesetMs }, 'contract stored');
  return {
    contract_id: id,
    pdf_url: new URL(`/contracts/${id}/pdf?token=${token}`, publicUrl).href,
    status: 'completed' as const,
  };
};

/** @throws {InvalidSignatureImageError} which no producer that knows the contract lets come so far. */
const signatureOf = (text: string) => {
  const read = readSignature(text);
  if ('fault' in read) throw new InvalidSignatureImageError(`it ${read.fault}`);
  return read;
};

/** The database keeps the hash alone: whoever reads it cannot open contracts. */
const newLink = () => {
  const token = randomBytes(24).toString('base64url');
  return { token, linkHash: createHash('sha256').update(token).digest('hex') };
};
