/** In minutes of the day, as a clock in `timeZone` shows them; from 22:00 until 07:00 passes midnight. */
export type QuietHours = { from: number; until: number; timeZone: string };

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** When quiet hours that hold at `now` are over; null if none do. */
export const endOfQuiet = (now: Date, { from, until, timeZone }: QuietHours): Date | null => {
  const minute = minuteOfDay(now, timeZone);
  const length = minutesUntil(from, until);
  if (minutesUntil(from, minute) >= length) return null;
  const end = atFullMinute(now, minutesUntil(minute, until));
  // Where clocks change in between, they show another time then: the difference is made up for once.
  const drift = minutesUntil(minuteOfDay(end, timeZone), until);
  const corrected = drift > DAY_MINUTES / 2 ? drift - DAY_MINUTES : drift;
  return new Date(end.getTime() + corrected * MINUTE_MS);
};

const minutesUntil = (from: number, until: number) => (until - from + DAY_MINUTES) % DAY_MINUTES;

const atFullMinute = (now: Date, minutes: number) =>
  new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS);

const minuteOfDay = (at: Date, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const numberOf = (type: 'hour' | 'minute') =>
    Number(parts.find((part) => part.type === type)?.value);
  return numberOf('hour') * 60 + numberOf('minute');
};
