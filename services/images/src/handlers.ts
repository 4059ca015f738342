import type { Implementation } from '@shared/queue';
import { createAddToIqdb, type SimilarityServices } from './tasks/add-to-iqdb.ts';
import { createRecalculateRating } from './tasks/recalculate-rating.ts';
import { createThumbnailHandler } from './tasks/create-thumbnail.ts';
import { createVariantHandler } from './tasks/create-variant.ts';

export type ImageServices = SimilarityServices;

/** Everything that this service does. */
export const createHandlers = (services: ImageServices): Implementation[] => [
  createThumbnailHandler(services),
  createVariantHandler(services),
  createRecalculateRating(services),
  createAddToIqdb(services),
];
