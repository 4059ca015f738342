export { openQueue } from './board-queue.ts';
export {
  closeProducer,
  defaultProducer,
  enqueue,
  enqueueMany,
  jobById,
  useProducer,
} from './enqueue/default-producer.ts';
export { enqueueFlow } from './enqueue/default-producer.ts';
export type { FlowOptions } from './flows/compile.ts';
export type { EnqueueOptions, WhenDown } from './enqueue/options.ts';
export { createProducer, type ProducerOptions } from './enqueue/create-producer.ts';
export type { Producer } from './enqueue/producer.ts';
export type { QueueCounts } from './enqueue/queue-counts.ts';
export type { Undeliverable } from './dead-letters/bury-message.ts';
export type { BulkOutcome, Skipped } from './dead-letters/act.ts';
export type { DeadLetter, DeadLetterFilter } from './dead-letters/dead-letter.ts';
export { type DeadLetters, openDeadLetters } from './dead-letters/open-dead-letters.ts';
export type { QuarantinedTask } from './dead-letters/quarantine.ts';
export type { RedriveOptions } from './dead-letters/redrive.ts';
export type { Selection } from './dead-letters/select.ts';
export { type Envelope, type Foreign, parseEnvelope } from './envelope.ts';
export type { HeldJob } from './held/held-job.ts';
export {
  type HeldJobs,
  type HeldJobView,
  type HeldOutcome,
  type HeldPlace,
  openHeldJobs,
} from './held/held-jobs.ts';
export type { HeldSelection, HeldStore } from './held/held-store.ts';
export { openSpooledJobs } from './held/spooled-jobs.ts';
export type { Delivery, Outbox, OutboxSource } from './held/outbox.ts';
export { type OutboxRelay, startOutboxRelay } from './held/relay.ts';
export type { CommandResults, WorkerSettings } from './control/command.ts';
export type { FleetTarget } from './control/message.ts';
export type { AutoscaleRange } from './fleet/autoscale-range.ts';
export { type Fleet, type FleetCommand, type FleetReply, openFleet } from './fleet/fleet.ts';
export type { WorkerInfo } from './fleet/worker-info.ts';
export type { EnqueueCall, Hooks, IsolatedHook, Outcome } from './hooks/hooks.ts';
export type { PayloadStore } from './large-values/payload-store.ts';
export { newJobId, queueOfId } from './job-id.ts';
export { redisHealth } from './enqueue/redis-health.ts';
export { connectRedis, type RedisConnection } from './redis/connect.ts';
export { sweepFinishedJobs, sweepPayloads } from './retention/sweep.ts';
export type { JobFilter } from './search/filter.ts';
export type { JobSummary } from './search/job-summary.ts';
export { type Found, type Page, searchJobs } from './search/search-jobs.ts';
export type { IsolationOptions } from './isolation/open-isolation.ts';
export { type Line, lineOf } from './isolation/line.ts';
export { carriedBy, type Carrying } from './isolation/sent-error.ts';
export type { Reason, ReasonCode } from './why/reason.ts';
export { why, type Why } from './why/why.ts';
export type { Attempt } from './worker/attempt.ts';
export {
  type Handler,
  type HandlerOf,
  implement,
  type Implementation,
} from './worker/implement.ts';
export { startWorker } from './worker/start-worker.ts';
export type { WorkerOptions } from './worker/worker-options.ts';
export type { RunningJob, Worker } from './worker/worker.ts';
