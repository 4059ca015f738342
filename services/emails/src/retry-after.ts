const MAX_WAIT_MS = 3_600_000;

/** The wait that a `Retry-After` header asks for, in seconds or as a date (RFC 9110, 10.2.3); an hour at most. */
export const retryAfterMs = (header: unknown, now = Date.now()): number | undefined => {
  if (typeof header !== 'string' && typeof header !== 'number') return undefined;
  const text = String(header).trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_WAIT_MS);
};
