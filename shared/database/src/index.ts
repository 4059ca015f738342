export { createUser, findUserByEmail } from './accounts.ts';
export { ask } from './ask.ts';
export { listAudit, recordAudit } from './audit.ts';
export { connectDatabase, type ConnectedDatabase } from './connect-database.ts';
export { databaseHealth } from './database-health.ts';
export type { Database } from './database.ts';
export { deleteExpiredSessions } from './delete-expired-sessions.ts';
export {
  claimDelivery,
  confirmDelivery,
  type DeliveryClaim,
  releaseDelivery,
} from './email-deliveries.ts';
export { listVariants, recordVariant } from './image-variants.ts';
export { createImage, deleteImage, findImage, setImageSize } from './images.ts';
export { createApiKey, findApiKey, revokeApiKey } from './keys.ts';
export { migrate } from './migrate.ts';
export { createPasswordReset, resetPassword } from './password-resets.ts';
export { createSession, deleteSession, deleteSessionsOf, findUserBySession } from './sessions.ts';
export { type ApiKey, apiKeys } from './tables/api-keys.ts';
export { type AuditEntry, auditLog } from './tables/audit-log.ts';
export { emailLedger } from './tables/email-ledger.ts';
export { type ImageVariant, imageVariants } from './tables/image-variants.ts';
export { type Image, images } from './tables/images.ts';
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
