export { type ChaosOptions, runChaos } from './run-chaos.ts';
export { type Row, tableOf } from './report.ts';
