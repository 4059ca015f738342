import { Readable, addAbortSignal } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ConfigError } from '@shared/errors';
import { discardBody, openBody } from '../body.ts';
import { StorageUnavailableError } from '../errors/storage-unavailable-error.ts';
import { checkContentType } from '../content-type.ts';
import { checkKey, checkPrefix } from '../key.ts';
import { checkRange } from '../range.ts';
import { checkExpiry } from '../signed-url.ts';
import type { ObjectHead, Storage } from '../storage.ts';
import type { StorageLocation } from '../storage-url.ts';
import { translateS3Error } from './s3-error.ts';
import { upload } from './upload.ts';

const CONNECTION_TIMEOUT_MS = 5_000;
/** How long a connection may be silent in the middle of a request. */
const SOCKET_TIMEOUT_MS = 60_000;

type Credentials = { accessKeyId?: string | undefined; secretAccessKey?: string | undefined };

/** Objects in a bucket of S3 or of a service that speaks its protocol, like R2. */
export const openS3Storage = (
  { bucket, region, endpoint }: Extract<StorageLocation, { driver: 's3' }>,
  credentials: Credentials = {},
): Storage & AsyncDisposable => {
  const client = new S3Client({
    region,
    // Services that speak S3 seldom answer on a host name per bucket.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...credentialsOption(credentials),
    // With the SDK's default, services that do not know its checksum trailers store the trailers' framing
    // as part of the object, and signed addresses demand a checksum that no browser sends.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
    },
  });
  const Bucket = bucket;

  return {
    async put(key, source, { contentType, signal, maxBytes }) {
      const body = openBody(key, source, { maxBytes, signal });
      try {
        checkKey(key);
        checkContentType(contentType);
        const target = { Bucket, Key: key, ContentType: contentType };
        const etag = await upload(client, target, body.chunks, signal);
        return { bytes: body.bytes, etag: unquote(etag) };
      } catch (error) {
        discardBody(source);
        signal?.throwIfAborted();
        throw body.failure ?? translateS3Error(error, 'writing an object');
      }
    },

    async get(key, { range, signal } = {}) {
      checkKey(key);
      if (range !== undefined) checkRange(key, range);
      try {
        const answer = await client.send(
          new GetObjectCommand({
            Bucket,
            Key: key,
            ...(range && { Range: `bytes=${range.start}-${range.end ?? ''}` }),
          }),
          { ...(signal && { abortSignal: signal }) },
        );
        const body = bodyOf(answer);
        const bytes = answer.ContentLength ?? 0;
        return {
          ...headOf(answer),
          totalBytes: totalBytesOf(answer) ?? bytes,
          bytes,
          body: signal ? addAbortSignal(signal, body) : body,
        };
      } catch (error) {
        signal?.throwIfAborted();
        throw translateS3Error(error, 'reading an object', { key, range });
      }
    },

    async head(key) {
      checkKey(key);
      try {
        return headOf(await client.send(new HeadObjectCommand({ Bucket, Key: key })));
      } catch (error) {
        throw translateS3Error(error, 'asking for an object', { key });
      }
    },

    async delete(key) {
      checkKey(key);
      try {
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
      } catch (error) {
        throw translateS3Error(error, 'deleting an object');
      }
    },

    async *list(prefix) {
      checkPrefix(prefix);
      for (let from: string | undefined, more = true; more;) {
        const page = await client
          .send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: from }))
          .catch((error: unknown) => {
            throw translateS3Error(error, 'listing objects');
          });
        for (const { Key, Size } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, bytes: Size ?? 0 };
        }
        from = page.NextContinuationToken;
        more = from !== undefined;
      }
    },

    async signedUrl(key, { expiresInMs, method = 'GET' }) {
      checkKey(key);
      checkExpiry(expiresInMs);
      const object = { Bucket, Key: key };
      const command =
        method === 'GET' ? new GetObjectCommand(object) : new PutObjectCommand(object);
      const expiresIn = Math.ceil(expiresInMs / 1_000); // S3 counts whole seconds.
      return await getSignedUrl(client, command, { expiresIn });
    },

    health: async () => {
      try {
        await client.send(new HeadBucketCommand({ Bucket }));
        return { ok: true };
      } catch (error) {
        const reason = new StorageUnavailableError('asking for the bucket', error).message;
        return { ok: false, reason };
      }
    },

    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
};

const credentialsOption = ({ accessKeyId, secretAccessKey }: Credentials) => {
  if (accessKeyId === undefined && secretAccessKey === undefined) return {};
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { credentials: { accessKeyId, secretAccessKey } };
  }
  const variable = accessKeyId === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
  throw new ConfigError([{ variable, problem: 'is missing while the other half is set' }]);
};

const headOf = (answer: HeadObjectCommandOutput | GetObjectCommandOutput): ObjectHead => ({
  totalBytes: answer.ContentLength ?? 0,
  contentType: answer.ContentType ?? 'application/octet-stream',
  etag: unquote(answer.ETag),
});

/** The part of `Content-Range: bytes 0-9/100` behind the slash. */
const totalBytesOf = ({ ContentRange }: GetObjectCommandOutput) =>
  ContentRange === undefined ? undefined : Number(ContentRange.split('/')[1]);

const bodyOf = ({ Body }: GetObjectCommandOutput): Readable =>
  Body instanceof Readable ? Body : Readable.from([]);

const unquote = (etag: string | undefined) => (etag ?? '').replaceAll('"', '');
