import { z } from 'zod';
import { iqdbHash } from './encoding.ts';
import { IqdbFailedError } from './errors/iqdb-failed-error.ts';
import type { Signature } from './signature.ts';
import type { Match } from './similarity-index.ts';

/** An IQDB server, by the HTTP API that Danbooru's has. */
export type IqdbClient = {
  /** Indexes a picture under a number, in place of what was there: `POST /images/:id`. */
  add(number: number, picture: Uint8Array, options?: { signal?: AbortSignal }): Promise<void>;
  /** The images most like a signature, the best first: `POST /query?hash=…&limit=…`. */
  search(signature: Signature, options: { limit: number; signal?: AbortSignal }): Promise<Match[]>;
  /** How many images it has: `GET /status`. */
  count(): Promise<number>;
};

const Added = z.looseObject({ post_id: z.int() });

const Found = z.array(z.looseObject({ post_id: z.int(), score: z.number() }));

const Status = z.looseObject({ images: z.int() });

const TIMEOUT_MS = 15_000;

/**
 * @param url its address.
 * Each call throws an {@link IqdbFailedError} if the server is away or answers anything else.
 */
export const createIqdbClient = (url: string): IqdbClient => {
  const ask = async <Schema extends z.ZodType>(
    [method = '', path = '']: readonly string[],
    schema: Schema,
    { body, signal }: { body?: FormData; signal?: AbortSignal | undefined } = {},
  ): Promise<z.output<Schema>> => {
    const name = `${method} ${path.replace(/\?.*/, '')}`;
    const patience = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method,
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new IqdbFailedError(name, 'it does not answer', { cause });
    });
    const text = await response.text();
    if (!response.ok) throw new IqdbFailedError(name, `it answered ${response.status}`);
    const answer = schema.safeParse(parseJson(text));
    if (!answer.success) throw new IqdbFailedError(name, 'its answer is none of IQDB’s');
    return answer.data;
  };

  return {
    async add(number, picture, { signal } = {}) {
      const body = new FormData();
      body.append('file', new Blob([new Uint8Array(picture)]), 'picture.png');
      await ask(['POST', `images/${number}`], Added, { body, signal });
    },
    async search(signature, { limit, signal }) {
      const query = new URLSearchParams({ limit: String(limit), hash: iqdbHash(signature) });
      const found = await ask(['POST', `query?${query.toString()}`], Found, { signal });
      return found.map(({ post_id: number, score }) => ({ number, score }));
    },
    count: async () => (await ask(['GET', 'status'], Status)).images,
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
