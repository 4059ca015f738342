export type { Metric, Metrics, Run } from './metric.ts';
export type { Report } from './report.ts';
export { runBench } from './run-bench.ts';
export type { Bench, Suite } from './suite.ts';
export { suites } from './suites/index.ts';
