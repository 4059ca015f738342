/** What an address answered; `body` is JSON where it is JSON, and text otherwise. */
export type Answer = {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- Tests assert the shape that they rely on.
  body: any;
};

/** Asks over HTTP. @param options.json or a `form` is what is sent; `token` may be an API key. */
export const ask = async (
  address: string,
  {
    method = 'GET',
    token,
    json,
    form,
  }: { method?: string; token?: string; json?: unknown; form?: FormData } = {},
): Promise<Answer> => {
  const response = await fetch(address, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form !== undefined && { body: form }),
    signal: AbortSignal.timeout(30_000),
  });
  const { status, headers } = response;
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status, headers, body: isJson ? await response.json() : await response.text() };
};
