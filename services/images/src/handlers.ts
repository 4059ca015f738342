import type { Implementation } from '@shared/queue';
import type { VariantServices } from './make-variant.ts';
import { createThumbnailHandler } from './tasks/create-thumbnail.ts';
import { createVariantHandler } from './tasks/create-variant.ts';

/** Everything that this service does. */
export const createHandlers = (services: VariantServices): Implementation[] => [
  createThumbnailHandler(services),
  createVariantHandler(services),
];
