import { z } from 'zod';

/** The variables that open the bucket, of a service that keeps files; it spreads them into its schema. */
export const storageEnvironment = {
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
};

export const storageConfigOf = (set: {
  [Name in keyof typeof storageEnvironment]?: string | undefined;
}) => ({
  accessKeyId: set.AWS_ACCESS_KEY_ID,
  secretAccessKey: set.AWS_SECRET_ACCESS_KEY,
});
