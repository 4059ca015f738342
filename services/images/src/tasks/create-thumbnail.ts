import { createThumbnail } from '@shared/contracts';
import { implement } from '@shared/queue';
import { makeVariant, type VariantServices } from '../make-variant.ts';

export const createThumbnailHandler = (services: VariantServices) =>
  implement(createThumbnail, ({ imageId }, attempt) =>
    makeVariant({ imageId, variant: 'thumbnail', format: 'jpeg' }, attempt, services),
  );
