import { type Database, type Image, listVariants } from '@shared/database';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { VariantNotFoundError } from '../errors/variant-not-found-error.ts';
import { VariantNotReadyError } from '../errors/variant-not-ready-error.ts';
import { parseRequest } from '../parse-request.ts';
import { sendObject } from '../send-object.ts';
import { visibleImage } from '../visible-image.ts';

const VARIANTS = ['original', 'thumbnail', 'medium', 'large'];

const query = z.strictObject({ format: z.enum(['jpeg', 'webp', 'avif']).optional() });

/** A variant may be made anew under its address, so a browser asks again after a while. */
const CACHE_CONTROL = 'private, max-age=300';

/**
 * `GET /images/:id/variants/:name?format=` streams one variant; without `format` as JPEG if there is
 * one. The original comes as it was sent.
 * Refusals: 401, 404 `image_not_found`, `variant_not_found`, `variant_not_ready`.
 */
export const showVariant =
  ({
    database,
    storage,
    callers,
  }: {
    database: Database;
    storage: Storage;
    callers: Callers;
  }): RequestHandler<{ id: string; name: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const image = await visibleImage(database, request.params.id, caller);
    const { name } = request.params;
    if (!VARIANTS.includes(name)) throw new VariantNotFoundError(name.slice(0, 50), VARIANTS);
    const { format } = parseRequest(query, request.query);
    const key =
      name === 'original' ? image.storageKey : await variantKey(database, image, { name, format });
    const object = await storage.get(key);
    await sendObject(request, response, object, { cacheControl: CACHE_CONTROL });
  };

const variantKey = async (
  database: Database,
  image: Image,
  { name, format }: { name: string; format: string | undefined },
): Promise<string> => {
  const ready = (await listVariants(database, image.id)).filter(({ variant }) => variant === name);
  const wanted =
    format === undefined
      ? (ready.find((variant) => variant.format === 'jpeg') ?? ready[0])
      : ready.find((variant) => variant.format === format);
  if (wanted === undefined) throw new VariantNotReadyError(name);
  return wanted.key;
};
