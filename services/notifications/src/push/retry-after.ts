const MAX_WAIT_MS = 3_600_000;

/** The wait that a `Retry-After` header asks for, in seconds or as a date (RFC 9110, 10.2.3); an hour at most. */
export const retryAfterMs = (header: string | null | undefined, now = Date.now()) => {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  if (text === '' || Number.isNaN(ms)) return {};
  return { retryAfterMs: Math.min(Math.max(ms, 0), MAX_WAIT_MS) };
};
