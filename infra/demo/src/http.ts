import { z } from 'zod';
import { UnexpectedAnswerError } from './errors/unexpected-answer-error.ts';
import { readEvents, type ServerEvent } from './event-stream.ts';

type Request = {
  method?: 'GET' | 'POST' | 'PUT';
  /** Sent as JSON, unless it is a form. */
  body?: unknown;
  /** A session's token or an API key. */
  token?: string;
  /** The one status that is right; 200 unless told. */
  expect?: number;
  signal?: AbortSignal;
};

/** Asks a platform over HTTP; anything but the expected status is an {@link UnexpectedAnswerError}. */
export type Http = {
  /** Of the platform. */
  readonly baseUrl: string;
  /** @throws {UnexpectedAnswerError} also for an answer that does not fit `schema`. */
  json<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    request?: Request,
  ): Promise<z.output<Schema>>;
  /** For answers without content that matters. */
  send(path: string, request?: Request): Promise<void>;
  /** @param path or a whole address. */
  bytes(path: string, request?: Request): Promise<{ contentType: string; content: Buffer }>;
  events(path: string, request?: Request): AsyncGenerator<ServerEvent>;
};

const ANSWER_TIMEOUT_MS = 30_000;

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export const createHttp = (baseUrl: string): Http => {
  const ask = async (path: string, request: Request) => {
    const { method = 'GET', body, token, expect = 200, signal } = request;
    const isForm = body instanceof FormData;
    const name = `${method} ${path}`;
    const response = await fetch(new URL(path, `${baseUrl}/`), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      signal: signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new UnexpectedAnswerError(name, `${baseUrl} does not answer`, { cause });
    });
    if (response.status === expect) return response;
    const why = `status ${response.status} instead of ${expect}`;
    throw new UnexpectedAnswerError(name, `${why}${await reasonOf(response)}`);
  };

  return {
    baseUrl,
    async json(path, schema, request = {}) {
      const response = await ask(path, request);
      const parsed = schema.safeParse(await response.json());
      if (parsed.success) return parsed.data;
      const why = `its answer does not fit: ${z.prettifyError(parsed.error)}`;
      throw new UnexpectedAnswerError(`${request.method ?? 'GET'} ${path}`, why);
    },
    async send(path, request = {}) {
      const response = await ask(path, request);
      await response.body?.cancel();
    },
    async bytes(path, request = {}) {
      const response = await ask(path, request);
      const content = Buffer.from(await response.arrayBuffer());
      return { contentType: response.headers.get('content-type') ?? '', content };
    },
    async *events(path, request = {}) {
      const response = await ask(path, request);
      if (response.body !== null) yield* readEvents(response.body);
    },
  };
};

const reasonOf = async (response: Response) => {
  const refusal = Refusal.safeParse(await response.json().catch(() => undefined));
  return refusal.success ? ` (${refusal.data.error.code}: ${refusal.data.error.message})` : '';
};
