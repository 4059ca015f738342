/** A refusal as the api words it. */
export class RefusedError extends Error {
  constructor(status, { code, message, fix, path }) {
    super(message);
    this.status = status;
    this.code = code;
    this.fix = fix;
    this.path = path;
  }
}

const reasonOf = async (response) => {
  const body = await response.json().catch(() => ({}));
  return (
    body.error ?? {
      code: 'unreadable',
      message: `The server answered ${response.status}.`,
      fix: 'Try again.',
      path: null,
    }
  );
};

/** The api as whoever is signed in; a session that is over signs out. */
export const createApi = (session) => {
  const ask = async (method, path, { json, body, headers = {}, signal } = {}) => {
    const { token } = session;
    const response = await fetch(path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? body : JSON.stringify(json),
      signal,
    });
    if (response.ok) return response;
    const refusal = new RefusedError(response.status, await reasonOf(response));
    if (response.status === 401 && token !== null && token === session.token) session.close();
    throw refusal;
  };
  const json = async (...request) => {
    const response = await ask(...request);
    return response.status === 204 ? null : response.json();
  };
  return {
    get: (path) => json('GET', path),
    post: (path, content = {}) => json('POST', path, { json: content }),
    put: (path, content) => json('PUT', path, { json: content }),
    delete: (path) => json('DELETE', path),
    /** @param form a FormData. */
    upload: (path, form) => json('POST', path, { body: form }),
    /** An address for `src` of what only who is signed in may see; revoke it when it is not shown any more. */
    objectUrl: async (path) => URL.createObjectURL(await (await ask('GET', path)).blob()),
    /** The answer itself, where its headers tell. */
    send: ask,
    /** The answer itself, for streams. */
    open: (path, options) => ask('GET', path, options),
  };
};
