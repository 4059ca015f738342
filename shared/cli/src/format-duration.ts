const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
];

/** A time span for people, as `90 ms`, `1.5 s`, `10 min`; at most one digit after the point. */
export const formatDuration = (ms: number): string => {
  const unit = UNITS.find((candidate) => ms >= candidate.ms);
  if (unit === undefined) return `${Math.round(ms)} ms`;
  return `${Number((ms / unit.ms).toFixed(1))} ${unit.name}`;
};
