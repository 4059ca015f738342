import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { SIDE } from '../src/haar.ts';
import { iqdbHash } from '../src/encoding.ts';
import { type Signature, signatureOf } from '../src/signature.ts';
import { createSimilarityIndex } from '../src/similarity-index.ts';

export type FakeIqdb = AsyncDisposable & {
  url: string;
  /** The numbers of all images that were posted, in their order. */
  posted: number[];
  /** Answers 500 from now on, never answers, or works again. */
  behave(manner: 'failing' | 'silent' | 'well'): void;
};

/** A server that speaks IQDB's HTTP API: pictures as multipart files, queries by hash, JSON answers. */
export const startFakeIqdb = async (): Promise<FakeIqdb> => {
  const index = createSimilarityIndex();
  const signatures = new Map<number, Signature>();
  const posted: number[] = [];
  let manner: 'failing' | 'silent' | 'well' = 'well';

  const describe = (number: number) => {
    const signature = signatures.get(number)!;
    const { averages, places } = signature;
    const sig = [0, 1, 2].map((channel) => [...places.subarray(channel * 40, channel * 40 + 40)]);
    return { post_id: number, hash: iqdbHash(signature), signature: { avglf: [...averages], sig } };
  };

  const add = async (number: number, request: IncomingMessage) => {
    const file = (await formOf(request)).get('file');
    if (!(file instanceof Blob)) throw new Error('`POST /images/:id` requires a `file` param');
    const signature = await signatureOfFile(await file.arrayBuffer());
    posted.push(number);
    signatures.set(number, signature);
    index.add({ number, owner: 'anybody', signature });
    return describe(number);
  };

  const query = (parameters: URLSearchParams) => {
    const signature = signatureOfHash(parameters.get('hash') ?? '');
    const limit = Number(parameters.get('limit') ?? 10);
    return index
      .search(signature, { limit })
      .map(({ number, score }) => ({ score, ...describe(number) }));
  };

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://iqdb.test');
    const number = /^\/images\/(\d+)$/.exec(pathname)?.[1];
    if (request.method === 'POST' && number !== undefined) return add(Number(number), request);
    if (request.method === 'POST' && pathname === '/query') return query(searchParams);
    if (request.method === 'GET' && pathname === '/status') return { images: index.count() };
    return undefined;
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (manner === 'silent') return;
    try {
      if (manner === 'failing') throw new Error('the disk is full');
      const body = await answer(request);
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body, null, 4));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: (error as Error).message }));
    }
  };

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // It listens on TCP.
    posted,
    behave: (wanted) => {
      manner = wanted;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const formOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  return new Response(Buffer.concat(chunks), { headers }).formData();
};

/** It resizes what it is given, whatever its size, and knows no transparency. */
const signatureOfFile = async (file: ArrayBuffer) =>
  signatureOf(
    await sharp(file)
      .resize(SIDE, SIDE, { fit: 'fill' })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer(),
  );

/** Its own reading of the hash, so that the client's writing is checked. */
const signatureOfHash = (hash: string): Signature => {
  const hex = /^iqdb_([0-9a-f]{528})$/.exec(hash)?.[1];
  if (hex === undefined) throw new Error('invalid hash');
  const bytes = Buffer.from(hex, 'hex');
  return {
    averages: Float32Array.from({ length: 3 }, (_, at) => bytes.readDoubleBE(at * 8)),
    places: Int16Array.from({ length: 120 }, (_, at) => bytes.readInt16BE(24 + at * 2)),
  };
};
