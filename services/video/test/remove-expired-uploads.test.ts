import { removeExpiredUploads } from '@shared/contracts';
import { addUploadPart, createUpload, createUser, findUpload } from '@shared/database';
import { expect, test } from 'vitest';
import { openStudio } from './studio.ts';

test('uploads that nobody went on with are forgotten with their bytes, others stay', async () => {
  await using studio = await openStudio();
  const { database, storage, producer } = studio;
  const { id: ownerId } = await createUser(database, {
    email: 'ada@example.com',
    username: 'ada',
    firstName: 'Ada',
    passwordHash: 'none',
  });
  const begin = async (id: string, expiresAt: Date) => {
    const upload = { id, ownerId, lengthBytes: 10, originalName: null, qualities: ['480p'] };
    await createUpload(database, { ...upload, expiresAt });
    const key = `uploads/${id}/part`;
    await storage.put(key, Buffer.from('hello'), { contentType: 'application/octet-stream' });
    await addUploadPart(database, { uploadId: id, startByte: 0, bytes: 5, key }, { expiresAt });
  };
  await begin('given-up', new Date(Date.now() - 1_000));
  await begin('under-way', new Date(Date.now() + 3_600_000));

  const first = await (await producer.enqueue(removeExpiredUploads, {})).result();
  const again = await (await producer.enqueue(removeExpiredUploads, {})).result();

  expect([first, again]).toEqual([{ removed: 1 }, { removed: 0 }]);
  expect(await findUpload(database, 'given-up')).toBeUndefined();
  expect(await findUpload(database, 'under-way')).toBeDefined();
  const keys: string[] = [];
  for await (const { key } of storage.list('uploads/')) keys.push(key);
  expect(keys).toEqual(['uploads/under-way/part']);
});
