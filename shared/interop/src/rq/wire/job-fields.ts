/** The hash of a job as Redis gives it: field, value, field, value. */
export type RawFields = readonly Buffer[];

/** What this side reads of a job's hash. An empty field and an absent one mean the same. */
export type JobFields = {
  text(name: string): string | undefined;
  bytes(name: string): Buffer | undefined;
  whole(name: string): number | undefined;
};

export const jobFields = (raw: RawFields): JobFields => {
  const fields = new Map<string, Buffer>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const value = raw[at + 1];
    if (value !== undefined && value.length > 0) fields.set(String(raw[at]), value);
  }
  const text = (name: string) => fields.get(name)?.toString('utf8');
  return {
    text,
    bytes: (name) => fields.get(name),
    whole: (name) => {
      const value = Number(text(name) ?? Number.NaN);
      return Number.isFinite(value) ? Math.trunc(value) : undefined;
    },
  };
};

/** RQ's default when a client gave none. */
const DEFAULT_TIMEOUT_SECONDS = 180;

/** Seconds; −1 for no limit. */
export const timeoutOf = (fields: JobFields): number =>
  fields.whole('timeout') ?? DEFAULT_TIMEOUT_SECONDS;
