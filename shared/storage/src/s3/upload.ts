import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 wants at least 5 MiB in every part but the last, and at most 10,000 parts: 80 GiB in all. */
const PART_BYTES = 8 * 1024 * 1024;

type Target = { Bucket: string; Key: string; ContentType: string };

/**
 * Stores chunks of unknown total length under one key: in one request if they fit one part, in a
 * multipart upload otherwise. Returns the ETag as the service wrote it.
 *
 * Not `@aws-sdk/lib-storage`: its `done()` rejects on abort before the multipart upload is gone, and
 * does not abort a single request at all. Here nothing is left when the promise settles.
 */
export const upload = async (
  client: S3Client,
  target: Target,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  const parts = splitIntoParts(chunks)[Symbol.asyncIterator]();
  const first = (await parts.next()).value ?? Buffer.alloc(0);
  if (first.byteLength < PART_BYTES) {
    const put = new PutObjectCommand({ ...target, Body: first, ContentLength: first.byteLength });
    return (await client.send(put, { ...(signal && { abortSignal: signal }) })).ETag;
  }
  return await uploadParts(client, target, first, parts, signal);
};

const uploadParts = async (
  client: S3Client,
  { Bucket, Key, ContentType }: Target,
  first: Buffer,
  rest: AsyncIterator<Buffer, undefined>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  const options = { ...(signal && { abortSignal: signal }) };
  const create = new CreateMultipartUploadCommand({ Bucket, Key, ContentType });
  // Not abortable: an id that was granted but never heard of could not be given back.
  const { UploadId } = await client.send(create);
  try {
    const Parts: CompletedPart[] = [];
    for (let part: Buffer | undefined = first; part !== undefined;) {
      const PartNumber = Parts.length + 1;
      const send: UploadPartCommand = new UploadPartCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        Body: part,
      });
      // The next part is read while this one is on its way. Both are waited for even if one fails:
      // a part that arrives after the abort below would stay in the bucket.
      const [sent, next] = await Promise.allSettled([client.send(send, options), rest.next()]);
      if (next.status === 'rejected') throw next.reason;
      if (sent.status === 'rejected') throw sent.reason;
      Parts.push({ PartNumber, ETag: sent.value.ETag });
      part = next.value.value;
    }
    const complete = { Bucket, Key, UploadId, MultipartUpload: { Parts } };
    return (await client.send(new CompleteMultipartUploadCommand(complete), options)).ETag;
  } catch (error) {
    // A failure to clean up must not hide why; a bucket's lifecycle rule takes care of such leftovers.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {});
    throw error;
  }
};

/** Parts of exactly `PART_BYTES`, the last one shorter; nothing for no chunks. */
async function* splitIntoParts(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, undefined> {
  let pending: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    while (bytes + rest.byteLength >= PART_BYTES) {
      yield Buffer.concat([...pending, rest.subarray(0, PART_BYTES - bytes)]);
      rest = rest.subarray(PART_BYTES - bytes);
      pending = [];
      bytes = 0;
    }
    pending.push(rest);
    bytes += rest.byteLength;
  }
  if (bytes > 0) yield Buffer.concat(pending);
  return undefined;
}
