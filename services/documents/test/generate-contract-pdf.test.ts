import { buffer } from 'node:stream/consumers';
import { generateContractPdf } from '@shared/contracts';
import { contracts, findContract } from '@shared/database';
import { silentLogger } from '@shared/service';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHandlers } from '../src/handlers.ts';
import { type ContractServices, makeContract } from '../src/make-contract.ts';
import { startTypesetter, type Typesetter } from '../src/typeset/start-typesetter.ts';
import { dataUrl, filledIn, signaturePng } from './forms.ts';
import { openWorkshop, PUBLIC_URL, type Workshop } from './workshop.ts';

const waiting = { timeoutMs: 30_000 };

let workshop: Workshop;
let typesetter: Typesetter;
let services: ContractServices;
let platform: Platform;
beforeAll(async () => {
  workshop = await openWorkshop();
  typesetter = startTypesetter();
  const { database, storage } = workshop;
  services = { database, storage, typesetter, publicUrl: PUBLIC_URL };
  const handlers = createHandlers(services);
  platform = await startPlatform({ handlers, concurrency: 2, log: silentLogger() });
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await typesetter[Symbol.asyncDispose]();
  await workshop[Symbol.asyncDispose]();
});

/** Each a client of their own. */
let clients = 0;
const request = async () => ({
  clientId: ++clients,
  ownerUid: 'owner-of-the-business',
  formData: filledIn(),
  signature: dataUrl(await signaturePng()),
});

test('a contract is made, stored and recorded', async () => {
  const job = await platform.enqueue(generateContractPdf, await request());
  const result = await job.result(waiting);

  expect(result).toEqual({
    contract_id: expect.any(Number),
    pdf_url: expect.stringMatching(
      new RegExp(`^${PUBLIC_URL}/contracts/${result.contract_id}/pdf\\?token=[\\w-]{32}$`),
    ),
    status: 'completed',
  });
  const contract = await findContract(workshop.database, result.contract_id);
  expect(contract).toMatchObject({
    ownerUid: 'owner-of-the-business',
    jobId: job.id,
    status: 'completed',
    totalMinor: 22_360,
    currency: 'USD',
  });
  const { body, contentType, totalBytes } = await workshop.storage.get(contract!.storageKey!);
  expect(contentType).toBe('application/pdf');
  expect(contract!.bytes).toBe(totalBytes);
  expect((await buffer(body)).subarray(0, 5).toString()).toBe('%PDF-');
  expect(JSON.stringify(contract)).not.toContain(new URL(result.pdf_url).searchParams.get('token'));
});

test('a form as Python programs send it is enough', async () => {
  const job = await platform.enqueue(generateContractPdf, {
    clientId: 123,
    ownerUid: 'firebase-uid-123',
    formData: { frequency: 'Weekly', rooms: 5, somethingElse: true } as { rooms: number },
  });

  await expect(job.result(waiting)).resolves.toMatchObject({ status: 'completed' });
});

test('work that is done twice leaves one contract and one file', async () => {
  const asked = await request();
  const { storage } = workshop;
  const before = (await workshop.keys()).length;

  const first = await makeContract(asked, attempt('contract-twice', 1), services);
  const { etag } = await storage.head(`contracts/${first.contract_id}/contract.pdf`);
  const second = await makeContract(asked, attempt('contract-twice', 2), services);

  expect(second.contract_id).toBe(first.contract_id);
  expect((await storage.head(`contracts/${first.contract_id}/contract.pdf`)).etag).toBe(etag);
  expect(await workshop.keys()).toHaveLength(before + 1);
});

test('an attempt that was overtaken records nothing', async () => {
  const asked = await request();
  const { database } = workshop;
  const made = await makeContract(asked, attempt('contract-raced', 2), services);
  const before = await findContract(database, made.contract_id);

  const overtaken = makeContract(asked, attempt('contract-raced', 1), services);

  await expect(overtaken).rejects.toMatchObject({ code: 'stale_attempt', retryable: false });
  expect(await findContract(database, made.contract_id)).toEqual(before);
});

test('a signature that is none is refused when it is enqueued', async () => {
  const signature = dataUrl(Buffer.from('<svg onload="alert(1)"/>'));

  await expect(
    platform.enqueue(generateContractPdf, { ...(await request()), signature }),
  ).rejects.toMatchObject({ code: 'invalid_payload', path: 'signature' });
});

test('one that got past takes no number', async () => {
  const before = await workshop.database.$count(contracts);
  const asked = { ...(await request()), signature: dataUrl(Buffer.from('GIF89a')) };

  const made = makeContract(asked, attempt('contract-unsigned', 1), services);

  await expect(made).rejects.toMatchObject({ code: 'invalid_signature_image', retryable: false });
  expect(await workshop.database.$count(contracts)).toBe(before);
});

test('an extra without a price is refused when it is enqueued', async () => {
  const formData = { ...filledIn(), extras: ['moat'] };

  await expect(
    platform.enqueue(generateContractPdf, { ...(await request()), formData }),
  ).rejects.toMatchObject({ code: 'invalid_payload', path: 'formData.extras.0' });
});

/** What the worker gives the handler, with a job and a fence of the test's choice. */
const attempt = (jobId: string, fence: number) => ({
  jobId,
  fence,
  signal: new AbortController().signal,
  log: silentLogger(),
  progress: () => {},
});
