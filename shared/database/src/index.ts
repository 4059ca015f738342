export { createUser, findUser, findUserByEmail } from './accounts.ts';
export { insertEvents, makePartitions, type TrackedEvent } from './analytics-events.ts';
export {
  type DailyCount,
  type HourlyCount,
  listDailyCounts,
  listDaysToRollUp,
  listHourlyCounts,
  type RolledUpDay,
  rollUpDay,
} from './analytics-roll-ups.ts';
export { ask } from './ask.ts';
export { listAudit, recordAudit } from './audit.ts';
export { createClient, deleteClient, findClient } from './clients.ts';
export { connectDatabase, type ConnectedDatabase } from './connect-database.ts';
export { beginContract, completeContract, findContract } from './contracts.ts';
export { databaseHealth } from './database-health.ts';
export type { Database } from './database.ts';
export { deleteDevice, devicesOf, forgetDevices, registerDevice } from './devices.ts';
export { deleteExpiredSessions } from './delete-expired-sessions.ts';
export { createDrawing, deleteDrawing, findDrawing, recordDrawing } from './drawings.ts';
export {
  claimDelivery,
  confirmDelivery,
  deleteDeliveriesBefore,
  type DeliveryClaim,
  noteProvider,
  releaseDelivery,
} from './email-deliveries.ts';
export { deleteFollow, listOthers, recordFollow } from './follows.ts';
export { findRating, type Rating, recalculateRating, recordVote } from './image-ratings.ts';
export {
  findSignature,
  imagesNumbered,
  type IndexedSignature,
  listSignatures,
  recordSignature,
  SIGNATURES_CHANNEL,
  signaturesNumbered,
} from './image-signatures.ts';
export { listVariants, recordVariant } from './image-variants.ts';
export { createImage, deleteImage, findImage, setImageSize } from './images.ts';
export { createJobPost, findJobPost, listJobPosts, recordApplication } from './job-posts.ts';
export { createApiKey, findApiKey, revokeApiKey } from './keys.ts';
export { listen, type Listening } from './listen.ts';
export { migrate } from './migrate.ts';
export { openOutbox, outboxIn } from './outbox.ts';
export { preferencesOf, setPreference } from './notification-preferences.ts';
export {
  countUnread,
  deleteNotificationsBefore,
  keepNotification,
  listNotifications,
  markRead,
  notificationsAfter,
  notificationState,
} from './notifications.ts';
export { deletePushesBefore, devicesSentTo, recordPushes } from './push-ledger.ts';
export { createPasswordReset, resetPassword } from './password-resets.ts';
export { createSession, deleteSession, deleteSessionsOf, findUserBySession } from './sessions.ts';
export { analyticsEvents } from './tables/analytics-events.ts';
export { analyticsDaily, analyticsDays, analyticsHourly } from './tables/analytics-roll-ups.ts';
export { type ApiKey, apiKeys } from './tables/api-keys.ts';
export { type AuditEntry, auditLog } from './tables/audit-log.ts';
export { type Client, clients } from './tables/clients.ts';
export { type Contract, contracts } from './tables/contracts.ts';
export { type Device, devices, PUSH_PROVIDERS, type PushProvider } from './tables/devices.ts';
export { type Drawing, drawings } from './tables/drawings.ts';
export { emailLedger } from './tables/email-ledger.ts';
export { jobOutbox } from './tables/job-outbox.ts';
export { follows } from './tables/follows.ts';
export { imageRatings, imageVotes, ratingTotals } from './tables/image-ratings.ts';
export { type ImageSignature, imageSignatures } from './tables/image-signatures.ts';
export { type ImageVariant, imageVariants } from './tables/image-variants.ts';
export { type Image, images } from './tables/images.ts';
export { jobApplications } from './tables/job-applications.ts';
export { type JobPost, jobPosts } from './tables/job-posts.ts';
export {
  type NotificationPreference,
  notificationPreferences,
} from './tables/notification-preferences.ts';
export { type Notification, notifications } from './tables/notifications.ts';
export { pushLedger } from './tables/push-ledger.ts';
export { passwordResets } from './tables/password-resets.ts';
export { type Session, sessions } from './tables/sessions.ts';
export { type Upload, type UploadPart, uploadParts, uploads } from './tables/uploads.ts';
export { type User, USER_ROLES, type UserRole, users } from './tables/users.ts';
export { type Video, videos } from './tables/videos.ts';
export { type VideoRendition, videoRenditions } from './tables/video-renditions.ts';
export {
  addUploadPart,
  createUpload,
  deleteUpload,
  findUpload,
  finishUpload,
  listExpiredUploads,
  listUploadParts,
} from './uploads.ts';
export {
  deleteRendition,
  findRendition,
  listRenditions,
  recordRendition,
} from './video-renditions.ts';
export {
  deleteVideo,
  ensureVideo,
  findVideo,
  type NewVideo,
  type ReadyVideo,
  recordVideoReady,
  setVideoJob,
} from './videos.ts';
