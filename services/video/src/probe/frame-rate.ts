const MAX_RATE = 60;
const MIN_RATE = 1;

/** For a stream that does not say. */
const USUAL = '30/1';

/**
 * The constant frame rate to write, as a fraction. The base rate (`r_frame_rate`), which every frame's
 * time is a multiple of, keeps the motion of a variable rate; where it is only the clock of the
 * container (1000 in Matroska), the average has to do.
 */
export const chooseFrameRate = ({
  r_frame_rate,
  avg_frame_rate,
}: {
  r_frame_rate?: string | undefined;
  avg_frame_rate?: string | undefined;
}): string => {
  const base = valueOf(r_frame_rate);
  if (base >= MIN_RATE && base <= MAX_RATE) return r_frame_rate ?? USUAL;
  const average = valueOf(avg_frame_rate);
  if (average >= MIN_RATE && average <= MAX_RATE) return avg_frame_rate ?? USUAL;
  if (average > MAX_RATE) return `${MAX_RATE}/1`;
  return average > 0 ? `${MIN_RATE}/1` : USUAL;
};

/** Of `30000/1001`; 0 for what is none. */
export const valueOf = (fraction = ''): number => {
  const [, over, under] = /^(\d+)\/(\d+)$/.exec(fraction) ?? [];
  return under === undefined || Number(under) === 0 ? 0 : Number(over) / Number(under);
};
