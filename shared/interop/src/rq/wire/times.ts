/** UTC as RQ keeps it in hashes: always six digits and the letter Z. */
export const rqTime = (ms: number): string => {
  const whole = Math.floor(ms);
  const micros = Math.min(Math.floor((ms - whole) * 1_000), 999);
  return new Date(whole).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
};

/** Seconds with a fraction, as registries and executions count. */
export const rqSeconds = (ms: number): string => (ms / 1_000).toFixed(6);

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/;

/** In ms since the epoch; undefined for text that RQ would not read either. */
export const readRqTime = (text: string | undefined): number | undefined => {
  const match = TIME.exec(text ?? '');
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}Z`);
  return Number.isNaN(ms) ? undefined : ms + Number(`0.${match[2] ?? '0'}`) * 1_000;
};

let lastMs = 0;

/** Now, in ms with a fraction, and never the same twice: things happen faster than a clock ticks. */
export const preciseNow = (): number => {
  const now = performance.timeOrigin + performance.now();
  // The clock may be set while a process runs; the monotonic one would not know.
  const ms = Math.abs(now - Date.now()) > 1_000 ? Date.now() : now;
  lastMs = ms > lastMs || lastMs - ms > 1_000 ? ms : lastMs + 0.001;
  return lastMs;
};
