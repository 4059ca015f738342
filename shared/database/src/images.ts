import { eq } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { type Image, images } from './tables/images.ts';

export const createImage = async (
  database: Database,
  image: Omit<Image, 'createdAt' | 'width' | 'height'>,
): Promise<Image> => {
  const [row] = await ask(database.insert(images).values(image).returning());
  return row!; // An insert without a condition returns its row.
};

export const findImage = async (
  database: Database,
  imageId: string,
): Promise<Image | undefined> => {
  const rows = await ask(database.select().from(images).where(eq(images.id, imageId)));
  return rows[0];
};

/** Notes the upright size in pixels, once somebody has decoded the image. */
export const setImageSize = async (
  database: Database,
  imageId: string,
  { width, height }: { width: number; height: number },
): Promise<void> => {
  await ask(database.update(images).set({ width, height }).where(eq(images.id, imageId)));
};

/** Forgets an image and its variants; what lies in storage is the caller's to delete. */
export const deleteImage = async (database: Database, imageId: string): Promise<void> => {
  await ask(database.delete(images).where(eq(images.id, imageId)));
};
