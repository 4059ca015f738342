import { z } from 'zod';
import { readSignature } from './read-signature.ts';

/** Base64 takes a third more than the image: about 300 kB of it. */
const MAX_CHARACTERS = 420_000;

const WANTED =
  'must be a PNG or JPEG of at most 300 kB and 4 megapixels, as a data URL or in base64';

/** A PNG or JPEG, as a data URL or in plain base64; the line stays empty without. */
export const contractSignature = z
  .string()
  .max(MAX_CHARACTERS, 'must be smaller than 300 kB')
  .superRefine((text, context) => {
    const read = text === '' ? undefined : readSignature(text);
    if (read !== undefined && 'fault' in read) {
      context.addIssue({ code: 'custom', message: `${WANTED}; this ${read.fault}` });
    }
  })
  .nullish();
