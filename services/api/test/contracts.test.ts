import { createHash } from 'node:crypto';
import { generateContractPdf } from '@shared/contracts';
import { beginContract, clients, completeContract } from '@shared/database';
import { eq } from 'drizzle-orm';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, registered, registeredOperator } from './people.ts';
import { type Api, OPERATOR_KEY, startApi } from './start-api.ts';

let api: Api;
let owner: { id: string; token: string };
beforeAll(async () => {
  api = await startApi();
  owner = await registered(api);
});
afterAll(() => api[Symbol.asyncDispose]());

const form = {
  frequency: 'Weekly',
  rooms: 5,
  clientName: 'Grace',
  clientEmail: 'grace@example.test',
};

const submit = (change: Record<string, unknown> = {}) =>
  api.call('POST /clients/public/submit', {
    json: { ownerUid: owner.id, formData: form, ...change },
  });

const signed = () =>
  sharp({ create: { width: 80, height: 30, channels: 4, background: 'navy' } })
    .png()
    .toBuffer();

/** What a worker does when it has made one. */
const madeContract = async (expiresInMs = 60_000) => {
  const token = createHash('sha256').update(String(Math.random())).digest('base64url');
  const row = { clientId: 1, ownerUid: owner.id, jobId: `made-${token}`, fence: 1 };
  const contract = await beginContract(api.database, row);
  const content = Buffer.from('%PDF-1.7 and so on');
  const storageKey = `contracts/${contract.id}/contract.pdf`;
  await api.storage.put(storageKey, content, { contentType: 'application/pdf' });
  await completeContract(api.database, contract, {
    storageKey,
    bytes: content.byteLength,
    totalMinor: 1_999,
    currency: 'USD',
    linkHash: createHash('sha256').update(token).digest('hex'),
    linkExpiresAt: new Date(Date.now() + expiresInMs),
  });
  return { path: `/contracts/${contract.id}/pdf`, token };
};

test('anybody may submit a form, and follows its job by a ticket and without an account', async () => {
  const { status, body, headers } = await submit();

  expect(status).toBe(202);
  expect(body).toEqual({ jobId: expect.any(String), statusUrl: `/jobs/status/${body.jobId}` });
  expect(headers.get('location')).toBe(body.statusUrl);
  const shown = await api.call(`GET /jobs/status/${body.jobId}`);
  expect(shown.status).toBe(200);
  expect(shown.body).toMatchObject({
    jobId: body.jobId,
    task: 'documents.generate-contract-pdf',
    status: 'queued',
  });
});

test('the job gets what was filled in, and its business sees it', async () => {
  const signature = `data:image/png;base64,${(await signed()).toString('base64')}`;
  const { body } = await submit({ signature });
  const jobId = body.jobId.split('.')[0];

  const { payload } = await (await api.producer.jobById(jobId)).record();
  expect(payload).toMatchObject({
    ownerUid: owner.id,
    formData: { ...form, frequency: 'weekly', businessName: 'Ada' },
    signature,
  });
  const seen = await api.call(`GET /jobs/status/${jobId}`, { token: owner.token });
  expect(seen.status).toBe(200);
  const [client] = await api.database
    .select()
    .from(clients)
    .where(eq(clients.id, generateContractPdf.payload.parse(payload).clientId));
  expect(client).toMatchObject({ ownerId: owner.id, name: 'Grace' });
});

test.for([
  { reason: 'the bare id', change: (ticket: string) => ticket.split('.')[0] ?? '', status: 401 },
  {
    reason: 'a forged ticket',
    change: (ticket: string) => `${ticket.slice(0, -3)}AAA`,
    status: 401,
  },
  {
    reason: 'the ticket of one job for another',
    change: (ticket: string) => `contract-of-client-999999.${ticket.split('.')[1]}`,
    status: 401,
  },
])('$reason opens nothing', async ({ change, status }) => {
  const { body } = await submit();

  const answer = await api.call(`GET /jobs/status/${change(body.jobId)}`);

  expect([answer.status, answer.body.error.code]).toEqual([status, 'unauthenticated']);
});

test('a ticket shows and does not cancel', async () => {
  const { body } = await submit();

  const answer = await api.call(`DELETE /jobs/status/${body.jobId}`);

  expect(answer.status).toBe(401);
});

test.for([
  {
    reason: 'no name',
    change: { formData: { ...form, clientName: undefined } },
    path: 'clientName',
  },
  {
    reason: 'an empty name',
    change: { formData: { ...form, clientName: ' ' } },
    path: 'clientName',
  },
  {
    reason: 'no address',
    change: { formData: { ...form, clientEmail: 'x' } },
    path: 'clientEmail',
  },
  {
    reason: 'an unknown extra',
    change: { formData: { ...form, extras: ['moat'] } },
    path: 'extras',
  },
  { reason: 'a field too many', change: { admin: true }, path: 'admin' },
  {
    reason: 'a signature too large',
    change: { signature: 'A'.repeat(500_000) },
    path: 'signature',
  },
])('a form with $reason is refused and leaves no client', async ({ change, path }) => {
  const before = await api.database.$count(clients);

  const { status, body } = await submit(change);

  expect([status, body.error.code]).toEqual([400, 'invalid_request']);
  expect(body.error.path).toContain(path);
  expect(await api.database.$count(clients)).toBe(before);
});

test.for([
  { reason: 'is text', signature: () => Buffer.from('Grace Hopper'), says: 'neither a PNG nor' },
  {
    reason: 'breaks off',
    signature: (png: Buffer) => png.subarray(0, -20),
    says: 'is damaged or incomplete',
  },
])('a signature that $reason is refused with the field’s name', async ({ signature, says }) => {
  const before = await api.database.$count(clients);

  const { status, body } = await submit({
    signature: signature(await signed()).toString('base64'),
  });

  expect(status).toBe(400);
  expect(body.error).toMatchObject({
    code: 'invalid_request',
    path: 'signature',
    message: expect.stringContaining(says),
  });
  expect(await api.database.$count(clients)).toBe(before);
});

test('a form for nobody is refused', async () => {
  const { status, body } = await submit({ ownerUid: '3b241101-e2bb-4255-8caf-4136c566a962' });

  expect([status, body.error.code]).toEqual([404, 'owner_not_found']);
});

test('a contract is shown to its owner, to operators, and to who has the link', async () => {
  const { path, token } = await madeContract();
  const { token: operator } = await registeredOperator(api);

  for (const [target, as] of [
    [path, { token: owner.token }],
    [path, { token: operator }],
    [path, { key: OPERATOR_KEY }],
    [`${path}?token=${token}`, {}],
  ] as const) {
    const { status, body, headers } = await api.call(`GET ${target}`, as);
    expect([status, body]).toEqual([200, '%PDF-1.7 and so on']);
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="contract-\d+\.pdf"$/);
  }
});

test('a contract is hidden from everybody else', async () => {
  const { path } = await madeContract();
  const other = await madeContract();
  const expired = await madeContract(-1);
  const stranger = await registered(api);
  const { key } = await newKey(api);

  const statuses = await Promise.all(
    [
      api.call(`GET ${path}`),
      api.call(`GET ${path}`, { token: stranger.token }),
      api.call(`GET ${path}`, { key }),
      api.call(`GET ${path}?token=${other.token}`),
      api.call(`GET ${path}?token=`),
      api.call(`GET ${expired.path}?token=${expired.token}`),
      api.call('GET /contracts/999999/pdf', { token: owner.token }),
      api.call('GET /contracts/1e400/pdf', { token: owner.token }),
    ].map(async (answer) => (await answer).status),
  );

  expect(statuses).toEqual([401, 404, 404, 404, 404, 404, 404, 404]);
});

test('a contract that is being made is not ready', async () => {
  const row = { clientId: 1, ownerUid: owner.id, jobId: 'still-drafting', fence: 1 };
  const { id } = await beginContract(api.database, row);

  const { status, body } = await api.call(`GET /contracts/${id}/pdf`, { token: owner.token });

  expect([status, body.error.code]).toEqual([404, 'contract_not_ready']);
});

test.for([
  { range: 'bytes=0-3', status: 206, body: '%PDF', part: 'bytes 0-3/18' },
  { range: 'bytes=9-', status: 206, body: 'and so on', part: 'bytes 9-17/18' },
  { range: 'bytes=-2', status: 206, body: 'on', part: 'bytes 16-17/18' },
  { range: 'bytes=-99', status: 206, body: '%PDF-1.7 and so on', part: 'bytes 0-17/18' },
  { range: 'bytes=10-999', status: 206, body: 'nd so on', part: 'bytes 10-17/18' },
  { range: 'bytes=18-', status: 416, body: undefined, part: 'bytes */18' },
  { range: 'bytes=-0', status: 416, body: undefined, part: 'bytes */18' },
  { range: 'bytes=5-2', status: 200, body: '%PDF-1.7 and so on', part: null },
  { range: 'bytes=0-1,4-5', status: 200, body: '%PDF-1.7 and so on', part: null },
  { range: 'lines=1-2', status: 200, body: '%PDF-1.7 and so on', part: null },
])('the range $range is answered with $status', async ({ range, status, body, part }) => {
  const { path } = await madeContract();

  const answer = await api.call(`GET ${path}`, { token: owner.token, headers: { range } });

  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-range')).toBe(part);
  if (body === undefined) expect(answer.body.error.code).toBe('unsatisfiable_range');
  else expect(answer.body).toBe(body);
});

test('a range of another version is answered with the whole', async () => {
  const { path } = await madeContract();
  const as = { token: owner.token };
  const { headers } = await api.call(`GET ${path}`, as);
  const etag = headers.get('etag') ?? '';

  const same = await api.call(`GET ${path}`, {
    ...as,
    headers: { range: 'bytes=0-0', 'if-range': etag },
  });
  const other = await api.call(`GET ${path}`, {
    ...as,
    headers: { range: 'bytes=0-0', 'if-range': '"x"' },
  });
  const known = await api.call(`GET ${path}`, { ...as, headers: { 'if-none-match': etag } });

  expect([same.status, other.status, known.status]).toEqual([206, 200, 304]);
});

test('HEAD tells the size without the content', async () => {
  const { path } = await madeContract();

  const { status, headers, body } = await api.call(`HEAD ${path}`, { token: owner.token });

  expect([status, headers.get('content-length'), body]).toEqual([200, '18', '']);
  expect(headers.get('accept-ranges')).toBe('bytes');
});
