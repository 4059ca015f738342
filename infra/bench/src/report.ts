import type { Machine } from './machine.ts';
import { holds, type Metric, type Metrics } from './metric.ts';
import type { Suite } from './suite.ts';

/** What `--json` writes. */
export type Report = {
  machine: Machine;
  settings: { rounds: number; jobs: number };
  suites: Record<string, Metrics>;
  /** Suites that could not run on this machine, and why. */
  skipped: Record<string, string>;
};

export const machineLine = ({
  machine,
  settings,
}: Pick<Report, 'machine' | 'settings'>): string => {
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB`;
  const load = machine.loadAverage.map((value) => value.toFixed(1)).join(' ');
  return [
    `${machine.cpus} × ${machine.model}, ${memory}, ${machine.platform}, load ${load}`,
    `Node ${machine.node}, Redis ${machine.redis} without persistence; ` +
      `medians of ${settings.rounds} rounds, up to ${settings.jobs} jobs each`,
  ].join('\n');
};

/** One suite's metrics as a table: medians, their ratio, and the spread of the rounds' own ratios. */
export const suiteTable = (
  { name, summary, rival }: Pick<Suite, 'name' | 'summary' | 'rival'>,
  metrics: Metrics,
): string => {
  const rows = [
    ['', 'ours', rival, '', 'ratio', '[min–max]', 'promised'],
    ...Object.entries(metrics).map(([metric, measured]) => row(metric, measured)),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, at) => {
        const width = widths?.[at] ?? 0;
        return LEFT.has(at) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [`${name}: ${summary}`, ...lines.map((line) => `  ${line}`)].join('\n');
};

/** The columns of words; the others are numbers. */
const LEFT: ReadonlySet<number> = new Set([0, 3, 6]);

const row = (name: string, metric: Metric): string[] => {
  const { ours, rival, ratio, unit, runs } = metric;
  const ratios = runs.map((run) => run.ours / run.rival);
  const spread = `[${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}]`;
  return [name, shown(ours), shown(rival), unit, ratio.toFixed(2), spread, promised(metric)];
};

const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2);

const promised = (metric: Metric): string => {
  const { better, must } = metric;
  const verdict = holds(metric) ? '' : ' MISSED';
  if (must === undefined) return better === 'higher' ? '(higher is better)' : '(lower is better)';
  return `${better === 'higher' ? '≥' : '≤'} ${Number(must.toFixed(2))}${verdict}`;
};
