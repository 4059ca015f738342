export { createCanvas, type Canvas } from './canvas/apply.ts';
export { chordSize } from './canvas/chord-size.ts';
export { makeChunks, makeMap, makeStarmap } from './canvas/chunks.ts';
export { SentResult } from './canvas/sent-result.ts';
export type { CanvasEffect } from './canvas/effects.ts';
export { freeze } from './canvas/freeze.ts';
export type { FreezeContext, FreezeOptions } from './canvas/freeze-options.ts';
export {
  groupResult,
  readResultTuple,
  resultTuple,
  taskResult,
  type ResultNode,
} from './canvas/result-node.ts';
export {
  addToOption,
  argsOf,
  bodyOf,
  cloneSignature,
  headerOf,
  idOf,
  isImmutable,
  kindOfSignature,
  kwargsOf,
  makeChain,
  makeChord,
  makeGroup,
  makeSignature,
  mergeOptions,
  mergeSignature,
  optionsOf,
  partialSignature,
  readSignature,
  readSignatures,
  taskOf,
  tasksOf,
  type Options,
  type Partial,
  type Signature,
  type SignatureKind,
} from './canvas/signature.ts';
export { celeryEnvironment, celeryOptionsOf } from './environment.ts';
export { InvalidPythonJsonError } from './errors/invalid-json-error.ts';
export { InvalidMessageError, type MessageFault } from './errors/invalid-message-error.ts';
export { datetimeAt, momentIso, momentOf } from './json/iso-texts.ts';
export { parsePythonJson, type ParseLimits } from './json/parse-json.ts';
export { readTags } from './json/read-tags.ts';
export type { JsonTypes } from './json/special-types.ts';
export { writePythonJson, type WriteOptions } from './json/write-json.ts';
export {
  composeTask,
  type ComposeContext,
  type Dialect,
  type Publication,
  type TaskCall,
} from './message/compose-task.ts';
export {
  deliveryInfoOf,
  deliveryTagOf,
  priorityOf,
  readEnvelope,
  readUnackedEntry,
  redelivered,
  withDeliveryTag,
  writeEnvelope,
  writeUnackedEntry,
  type DeliveryInfo,
  type Envelope,
  type Fields,
} from './message/envelope.ts';
export { readBody, readTask, type ReadTaskOptions } from './message/read-task.ts';
export type { Serializer } from './message/serializers.ts';
export type { Moment, TaskMessage } from './message/task-message.ts';
export { exceptionRepr, pythonRepr, tupleRepr } from './repr/repr.ts';
export { REPR_LENGTH, safeRepr } from './repr/saferepr.ts';
export {
  boundQueues,
  createBrokerNames,
  SEPARATOR,
  topicPattern,
  type Binding,
  type BrokerNames,
  type BrokerOptions,
} from './names/broker-names.ts';
export { createResultNames, type ResultNames, type ResultOptions } from './names/result-names.ts';
export { pipe } from './canvas/pipe.ts';
export type { OutcomeContext } from './outcome/context.ts';
export type { ChordCount, Effect, Plan } from './outcome/effects.ts';
export { createFixedIds } from './outcome/fixed-ids.ts';
export {
  createOutcomeStore,
  type Acknowledgement,
  type OutcomeStore,
  type OutcomeStoreOptions,
} from './outcome/outcome-store.ts';
export {
  joinGroup,
  memberIds,
  planChord,
  readChordMembers,
  type ChordOutcome,
} from './outcome/plan-chord.ts';
export {
  planFailure,
  planRevoked,
  planUnknown,
  revokedByCommand,
  type Failure,
} from './outcome/plan-failure.ts';
export { planStarted, planState } from './outcome/plan-progress.ts';
export { planAddToChord, planReplace } from './outcome/plan-replace.ts';
export {
  DEFAULT_RETRY_DELAY,
  exhausted,
  planRetry,
  requestOptions,
  type Retry,
} from './outcome/plan-retry.ts';
export { planDeduplicated, planSuccess } from './outcome/plan-success.ts';
export {
  celeryException,
  describeException,
  exceptionText,
  failureValue,
  readFailure,
  showException,
  type PythonException,
} from './results/exception.ts';
export {
  isExceptional,
  isReady,
  readGroupMeta,
  readMeta,
  writeGroupMeta,
  writeMeta,
  type CeleryState,
  type ExtendedMeta,
  type MetaInput,
  type TaskMeta,
} from './results/meta.ts';
export { createClock, type LogicalClock } from './events/clock.ts';
export {
  askedHeartbeat,
  clockOf,
  EVENT_BATCH,
  EVENT_EXCHANGE,
  HEARTBEAT_SECONDS,
  makeEvent,
  readEvents,
  taskEvent,
  workerEvent,
  writeEvent,
  writeEvents,
  type EventMessage,
  type TaskEventType,
  type Teller,
  type WorkerFacts,
} from './events/event.ts';
export { isAddressed } from './pidbox/addressing.ts';
export { controlAnswer } from './pidbox/answers.ts';
export {
  queueInfo,
  REGISTERED_ATTRIBUTES,
  registeredInfo,
  scheduledInfo,
  taskInfo,
  workerStats,
  type TaskFacts,
  type WorkerStats,
} from './pidbox/facts.ts';
export { readRateLimit, type RateLimit } from './pidbox/rate-limit.ts';
export {
  failedReply,
  missingArguments,
  readReply,
  unknownCommand,
  writeReply,
} from './pidbox/reply.ts';
export {
  CONTROL_EXCHANGE,
  readRequest,
  REPLY_EXCHANGE,
  writeRequest,
  type ControlRequest,
} from './pidbox/request.ts';
export { CeleryTaskFailedError } from './errors/celery-task-failed-error.ts';
export { fromJs } from './json/from-js.ts';
export {
  createEffectStore,
  type EffectStore,
  type EffectStoreOptions,
} from './outcome/effect-store.ts';
export {
  pythonOptions,
  signature,
  signatureOf,
  type CallOptions,
} from './producer/call-options.ts';
export { chain, chord, group, onError, onSuccess, stamp } from './producer/canvases.ts';
export { openCelery, type Celery, type CeleryOptions } from './producer/open-celery.ts';
export {
  createResultReader,
  type AsyncResult,
  type GroupResult,
  type Result,
  type ResultReader,
  type WaitOptions,
} from './results/result-reader.ts';
export { celeryStubs } from './stubs/celery-stubs.ts';
