import type { Image, ImageVariant } from '@shared/database';
import type { Storage } from '@shared/storage';

/** How long a signed address is good for: long enough to look at a page. */
const SIGNED_MS = 3_600_000;

export type VariantView = {
  /** `original`, `thumbnail`, `medium`, `large`. */
  name: string;
  format: string;
  contentType: string;
  /** In pixels; null for an original that was not decoded yet. */
  width: number | null;
  height: number | null;
  bytes: number;
  /** For who may see the image. */
  url: string;
  /** For whoever has it, for an hour: good for an `<img>`. */
  signedUrl: string;
};

/** An image with what there is of it so far, the original first. */
export const viewImage = async (
  image: Image,
  { variants, storage }: { variants: readonly ImageVariant[]; storage: Storage },
) => {
  const { id, contentType, width, height, bytes, originalName, createdAt } = image;
  const url = `/images/${id}`;
  const view = async (
    { key, ...shown }: Omit<VariantView, 'url' | 'signedUrl'> & { key: string },
    query = '',
  ): Promise<VariantView> => ({
    ...shown,
    url: `${url}/variants/${shown.name}${query}`,
    signedUrl: await storage.signedUrl(key, { expiresInMs: SIGNED_MS }),
  });
  const format = contentType.replace('image/', '');
  return {
    id,
    url,
    contentType,
    width,
    height,
    bytes,
    originalName,
    createdAt: createdAt.toISOString(),
    variants: await Promise.all([
      view({ name: 'original', format, contentType, width, height, bytes, key: image.storageKey }),
      ...variants.map(({ variant: name, format, contentType, width, height, bytes, key }) =>
        view({ name, format, contentType, width, height, bytes, key }, `?format=${format}`),
      ),
    ]),
  };
};
