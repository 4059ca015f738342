export { runWorkerService, type ServiceParts, type Serving } from './run-worker-service.ts';
export type { CommonOptions, RunningWorkers } from './start-one.ts';
