export type Answer = {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- What a test expects of an answer, it asserts.
  body: any;
};

export type Call = (
  /** As in `POST /login`. */
  target: string,
  options?: {
    token?: string;
    key?: string;
    json?: unknown;
    body?: NonNullable<RequestInit['body']>;
    headers?: Record<string, string>;
  },
) => Promise<Answer>;

/** One request over real HTTP; a JSON answer is parsed, any other is text. */
export const createCall =
  (url: string): Call =>
  async (target, { token, key, json, body, headers = {} } = {}) => {
    const [method = '', path = ''] = target.split(' ');
    const content = json === undefined ? body : JSON.stringify(json);
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content, duplex: 'half' }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
