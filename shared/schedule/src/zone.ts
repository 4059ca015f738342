const DAY_MS = 86_400_000;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  return format;
};

/** Whether this Node knows the zone, as in `Europe/Berlin`, `UTC` or `+02:00`. */
export const isTimeZone = (timeZone: string): boolean => {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
};

/** How far the zone's clocks are ahead of UTC at an instant; both in milliseconds. */
export const offsetAt = (timeZone: string, instant: number): number => {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    OFFSET.exec(formatOf(timeZone).format(instant)) ?? [];
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -ms : ms;
};

/**
 * The first instant after `from`, up to and including `to`, at which the zone's clocks are changed.
 * Looks once a day: two changes that cancel each other within a day would go unseen; no zone has any.
 */
export const clockChange = (timeZone: string, from: number, to: number): number | undefined => {
  const offset = offsetAt(timeZone, from);
  let before = from;
  while (before < to) {
    const after = Math.min(before + DAY_MS, to);
    if (offsetAt(timeZone, after) !== offset) return bisect(timeZone, before, after, offset);
    before = after;
  }
  return undefined;
};

const bisect = (timeZone: string, before: number, after: number, offset: number): number => {
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timeZone, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
};
