import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listObjects } from './list-objects.ts';

// s3rver brings no types; this is the part of it that is used here.
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: {
  directory: string;
  silent: boolean;
  allowMismatchedSignatures: boolean;
  vhostBuckets: boolean;
  configureBuckets: { name: string; configs: string[] }[];
}) => {
  configureBuckets(): Promise<unknown>;
  callback(): RequestListener;
  readonly logger: { exceptions: { unhandle(): void } };
};

/** The only credentials that s3rver knows. */
export const s3Credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

const BUCKET = 'taskyard-test';

export type TestS3 = AsyncDisposable & {
  storageUrl: string;
  endpoint: string;
  /** Multipart uploads that were begun and neither completed nor aborted. */
  pendingUploads(): Promise<string[]>;
  /** Answers every request from now on that `matches` says with 503. */
  refuse(matches: (request: IncomingMessage) => boolean): void;
};

/** An S3 server with one empty bucket, on a free port of the loopback interface. */
export const startS3 = async (): Promise<TestS3> => {
  const directory = await mkdtemp(join(tmpdir(), 'taskyard-s3-'));
  const bucketFolder = join(directory, BUCKET);
  const uploads = join(bucketFolder, '._S3rver_uploads');
  const app = new S3rver({
    directory,
    silent: true,
    allowMismatchedSignatures: false,
    vhostBuckets: false,
    // Without a CORS rule of its own, a bucket answers browsers as s3rver likes.
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  await app.configureBuckets();
  const serve = app.callback();
  let refused: ((request: IncomingMessage) => boolean) | undefined;

  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const upload = query.get('uploadId');
    if (refused?.(request) === true) {
      refuseRequest(request, response);
    } else if (request.method === 'DELETE' && upload !== null) {
      // s3rver 3.7.1 lacks AbortMultipartUpload.
      answer(response, 204, rm(join(uploads, upload), { recursive: true, force: true }));
    } else if (query.get('list-type') === '2') {
      answer(response, 200, listObjects(bucketFolder, query));
    } else {
      serve(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A listening TCP server has no other kind.
  const endpoint = `http://127.0.0.1:${port}`;

  return {
    endpoint,
    storageUrl: `s3://${BUCKET}?endpoint=${endpoint}&region=us-east-1`,
    pendingUploads: () => readdir(uploads).catch(() => []),
    refuse: (matches) => {
      refused = matches;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      app.logger.exceptions.unhandle();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const answer = (response: ServerResponse, status: number, body: Promise<string | void>) => {
  body
    .then((xml) => response.writeHead(status, { 'content-type': 'application/xml' }).end(xml))
    .catch(() => response.destroy());
};

const refuseRequest = (request: IncomingMessage, response: ServerResponse) => {
  request.resume();
  response.writeHead(503, { 'content-type': 'application/xml' });
  response.end('<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>');
};
