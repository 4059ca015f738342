/** Shorter ones stand everywhere by chance; a secret of that length is none. */
const MIN_SECRET_LENGTH = 4;

const STRUCK_OUT = '[redacted]';

/** The texts and numbers of `raw` that `shown`, its redacted copy, does not show in their place. */
export const secretsOf = (raw: unknown, shown: unknown): string[] => {
  if (typeof raw === 'object' && raw !== null) {
    const copy: Readonly<Record<string, unknown>> =
      typeof shown === 'object' && shown !== null ? { ...shown } : {};
    return Object.entries(raw).flatMap(([key, value]) => secretsOf(value, copy[key]));
  }
  if (raw === shown || (typeof raw !== 'string' && typeof raw !== 'number')) return [];
  const secret = String(raw);
  return secret.length < MIN_SECRET_LENGTH ? [] : [secret];
};

/** Strikes secrets out of every text in a value, also where they are part of an address or of JSON. */
export const createScrubber = (secrets: readonly string[]): (<Value>(value: Value) => Value) => {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  // The longest first: one may be part of another.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return ordered.reduce((text, form) => text.replaceAll(form, STRUCK_OUT), value);
    }
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, scrub(field)]));
    }
    return value;
  };
  // The copy has the shape of the original: only texts change.
  return <Value>(value: Value) => (ordered.length === 0 ? value : (scrub(value) as Value));
};
