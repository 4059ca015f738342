/** What both sides measured in one round. */
export type Run = { ours: number; rival: number };

/** One thing measured on both sides, medians over the rounds. */
export type Metric = Run & {
  /** ours / rival: above 1 is good where higher is better, below 1 where lower is. */
  ratio: number;
  unit: string;
  better: 'higher' | 'lower';
  /** The worst ratio that `--check` accepts; absent where none is promised. */
  must?: number;
  /** Each round's pair; both were measured within seconds of each other. */
  runs: Run[];
};

export type Metrics = Record<string, Metric>;

/** How a metric is judged. */
export type Judgement = Pick<Metric, 'unit' | 'better' | 'must'>;

/** @param runs at least one. */
export const summarise = (runs: Run[], judgement: Judgement): Metric => {
  const ours = median(runs.map((run) => run.ours));
  const rival = median(runs.map((run) => run.rival));
  return { ours, rival, ratio: ours / rival, ...judgement, runs };
};

/** Whether a metric keeps its promise, if there is one. */
export const holds = ({ ratio, better, must }: Metric): boolean => {
  if (must === undefined) return true;
  return better === 'higher' ? ratio >= must : ratio <= must;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which the share `q` (0 to 1) lies; between two values, their weighted mean. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};
