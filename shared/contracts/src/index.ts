export { aggregateStatistics } from './analytics/aggregate-statistics.ts';
export { eventFields, trackUserEvent } from './analytics/track-user-event.ts';
export {
  type Canvas,
  type Chain,
  chain,
  chord,
  type Group,
  group,
  type OnFailure,
  type Signature,
  signature,
  type SignatureOptions,
} from './canvas.ts';
export { catalogue, taskNamed } from './catalogue.ts';
export { type DelayProducer, setDefaultProducer } from './default-producer.ts';
export { pruneEmailLedger } from './emails/prune-ledger.ts';
export { sendEmail } from './emails/send-email.ts';
export { contractForm, EXTRAS, type ContractForm, type Extra } from './documents/contract-form.ts';
export { generateContractPdf } from './documents/generate-contract-pdf.ts';
export { contractSignature } from './documents/signature/contract-signature.ts';
export { readSignature, type SignatureImage } from './documents/signature/read-signature.ts';
export { drawingPriority, drawingPriorityName } from './drawings/drawing-priority.ts';
export { drawingRequest, type DrawingRequest } from './drawings/drawing-request.ts';
export { generateDrawing } from './drawings/generate-drawing.ts';
export { sendJobApplicationEmail } from './emails/send-job-application-email.ts';
export { sendPasswordResetEmail } from './emails/send-password-reset-email.ts';
export { sendWelcomeEmail } from './emails/send-welcome-email.ts';
export {
  type FollowUp,
  type FollowUpOptions,
  type FollowUps,
  type JobFailure,
  jobFailure,
  type TaskTaking,
} from './follow-up.ts';
export { addToIqdb } from './images/add-to-iqdb.ts';
export { createThumbnail } from './images/create-thumbnail.ts';
export { createVariant } from './images/create-variant.ts';
export { recalculateRating } from './images/recalculate-rating.ts';
export {
  type AttemptError,
  isFinal,
  type Job,
  type JobError,
  type JobRecord,
  JOB_STATUSES,
  type JobStatus,
  type Origin,
  type Progress,
} from './job.ts';
export {
  defineLimit,
  type Limit,
  type LimitRule,
  limitsOfJob,
  type Rate,
  rulesOfTask,
  sharedLimitNames,
  type TaskLimits,
} from './limit.ts';
export { cleanupExpiredSessions } from './maintenance/cleanup-expired-sessions.ts';
export { exampleTask } from './maintenance/example-task.ts';
export { keepHouse } from './maintenance/keep-house.ts';
export { cleanupOldNotifications } from './notifications/cleanup-old-notifications.ts';
export { liveChannel } from './notifications/live-channel.ts';
export { sendNewFollowerNotification } from './notifications/send-new-follower-notification.ts';
export { sendNotification } from './notifications/send-notification.ts';
export { sendPush } from './notifications/send-push.ts';
export { parsePayload, parseResult } from './payload.ts';
export { PRIORITIES, type Priority, type PriorityName, priorityNumber } from './priority.ts';
export { definePythonTask, type PythonCall, type PythonTask } from './python/define-python-task.ts';
export { storedValues } from './python/stored-values.ts';
export { redactPayload, redactResult, secret } from './secret.ts';
export {
  type AnyTask,
  type Backoff,
  checkPolicy,
  type Codec,
  defineTask,
  type Isolation,
  isQueueName,
  type PythonName,
  QUEUE_NAME_FIX,
  type Task,
  type TaskPolicy,
} from './task.ts';
export { makeRendition } from './video/make-rendition.ts';
export { makeStills } from './video/make-stills.ts';
export { processVideo } from './video/process-video.ts';
export { removeExpiredUploads } from './video/remove-expired-uploads.ts';
export { VIDEO_QUALITIES, type VideoFacts, type VideoQuality } from './video/video-fields.ts';
