import type { Implementation } from '@shared/queue';
import type { VideoServices } from './services.ts';
import { createMakeRenditionHandler } from './tasks/make-rendition.ts';
import { createMakeStillsHandler } from './tasks/make-stills.ts';
import { createProcessVideoHandler } from './tasks/process-video.ts';
import { createRemoveExpiredUploadsHandler } from './tasks/remove-expired-uploads.ts';

/** What waits: for other jobs, storage and the database. */
export const createWaitingHandlers = (services: VideoServices): Implementation[] => [
  createProcessVideoHandler(services),
  createRemoveExpiredUploadsHandler(services),
];

/** What keeps processors busy. */
export const createEncodingHandlers = (services: VideoServices): Implementation[] => [
  createMakeRenditionHandler(services),
  createMakeStillsHandler(services),
];
