import { generateContractPdf } from '@shared/contracts';
import { contracts, findContract } from '@shared/database';
import { createProducer } from '@shared/queue';
import { holdUp, startProgram, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { dataUrl, filledIn, signaturePng } from './forms.ts';
import { openWorkshop } from './workshop.ts';

const WORKER = new URL('crash-worker.ts', import.meta.url);

test('a worker that is killed between file and record leaves one contract, made by the next', async () => {
  const prefix = uniquePrefix();
  await using workshop = await openWorkshop();
  const { database, env } = workshop;
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  // Where the file is stored and its record is about to be.
  const held = await holdUp(database, {
    table: 'contracts',
    on: 'update',
    when: "new.status = 'completed'",
  });

  await using first = await startProgram(WORKER, [testRedisUrl(), prefix], env);
  const job = await producer.enqueue(generateContractPdf, {
    clientId: 1,
    ownerUid: 'owner',
    formData: filledIn(),
    signature: dataUrl(await signaturePng()),
  });
  await held.reached();
  await first.kill();
  const [drafting] = await database.select().from(contracts);
  await held.release();
  await using _second = await startProgram(WORKER, [testRedisUrl(), prefix], env);
  const { contract_id: id } = await job.result({ timeoutMs: 45_000 });

  expect(drafting).toMatchObject({ id, jobId: job.id });
  expect(await database.$count(contracts)).toBe(1);
  const contract = await findContract(database, id);
  expect(contract).toMatchObject({ status: 'completed' });
  expect(contract!.fence).toBeGreaterThan(drafting!.fence);
  expect(await workshop.keys()).toEqual([`contracts/${id}/contract.pdf`]);
});
