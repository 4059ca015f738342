import { createVariant } from '@shared/contracts';
import { implement } from '@shared/queue';
import { makeVariant, type VariantServices } from '../make-variant.ts';

export const createVariantHandler = (services: VariantServices) =>
  implement(createVariant, (request, attempt) => makeVariant(request, attempt, services));
