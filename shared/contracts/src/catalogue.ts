import { UnknownTaskError } from '@shared/errors';
import { pruneEmailLedger } from './emails/prune-ledger.ts';
import { sendEmail } from './emails/send-email.ts';
import { aggregateStatistics } from './analytics/aggregate-statistics.ts';
import { trackUserEvent } from './analytics/track-user-event.ts';
import { generateContractPdf } from './documents/generate-contract-pdf.ts';
import { generateDrawing } from './drawings/generate-drawing.ts';
import { sendJobApplicationEmail } from './emails/send-job-application-email.ts';
import { sendPasswordResetEmail } from './emails/send-password-reset-email.ts';
import { sendWelcomeEmail } from './emails/send-welcome-email.ts';
import { addToIqdb } from './images/add-to-iqdb.ts';
import { createThumbnail } from './images/create-thumbnail.ts';
import { createVariant } from './images/create-variant.ts';
import { recalculateRating } from './images/recalculate-rating.ts';
import { cleanupExpiredSessions } from './maintenance/cleanup-expired-sessions.ts';
import { exampleTask } from './maintenance/example-task.ts';
import { keepHouse } from './maintenance/keep-house.ts';
import { cleanupOldNotifications } from './notifications/cleanup-old-notifications.ts';
import { sendNewFollowerNotification } from './notifications/send-new-follower-notification.ts';
import { sendNotification } from './notifications/send-notification.ts';
import { sendPush } from './notifications/send-push.ts';
import type { AnyTask } from './task.ts';
import { makeRendition } from './video/make-rendition.ts';
import { makeStills } from './video/make-stills.ts';
import { processVideo } from './video/process-video.ts';
import { removeExpiredUploads } from './video/remove-expired-uploads.ts';

/** Every task of the platform: its table of contents. */
export const catalogue: readonly AnyTask[] = [
  sendWelcomeEmail,
  sendJobApplicationEmail,
  sendPasswordResetEmail,
  sendEmail,
  pruneEmailLedger,
  sendNewFollowerNotification,
  sendNotification,
  sendPush,
  cleanupOldNotifications,
  createThumbnail,
  createVariant,
  recalculateRating,
  addToIqdb,
  trackUserEvent,
  aggregateStatistics,
  processVideo,
  makeRendition,
  makeStills,
  removeExpiredUploads,
  generateContractPdf,
  generateDrawing,
  cleanupExpiredSessions,
  exampleTask,
  keepHouse,
];

/** @throws {UnknownTaskError} listing the names there are. */
export const taskNamed = (name: string, tasks: readonly AnyTask[] = catalogue): AnyTask => {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task === undefined)
    throw new UnknownTaskError(
      name,
      tasks.map((known) => known.name),
    );
  return task;
};
