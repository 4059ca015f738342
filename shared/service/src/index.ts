export { environment, parseEnvironment, RUNTIME_FILE, withRuntimeDefaults } from './config.ts';
export {
  type HealthCheck,
  type HealthServer,
  runHealthChecks,
  startHealthServer,
} from './health-server.ts';
export { createLogger, type Logger, silentLogger } from './logger.ts';
export { runService } from './run-service.ts';
export { shutdownSignal } from './shutdown-signal.ts';
export {
  childTraceParent,
  isTraceParent,
  newTraceParent,
  type TraceParent,
} from './trace-context.ts';
export { storageConfigOf, storageEnvironment } from './storage-environment.ts';
export { type WorkerConfig, workerConfigOf, workerEnvironment } from './worker-environment.ts';
export { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
