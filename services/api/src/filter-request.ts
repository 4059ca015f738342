import { JOB_STATUSES } from '@shared/contracts';
import { z } from 'zod';

const text = z.string().min(1).max(2_000);

/** What jobs are asked for by, in a query or in a body; all that is given must fit. */
export const filterFields = {
  queue: text.exactOptional(),
  task: text.exactOptional(),
  tag: text.exactOptional(),
  group: text.exactOptional(),
  code: text.exactOptional(),
  errorText: text.exactOptional(),
  since: z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value))
    .exactOptional(),
  until: z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value))
    .exactOptional(),
};

/** In a query everything is text. */
const pageFields = {
  limit: z.coerce.number().int().min(1).max(1_000).exactOptional(),
  cursor: text.exactOptional(),
};

const quarantined = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .exactOptional();

/** `GET /dead-letters`. */
export const deadLetterQuery = z.strictObject({ ...filterFields, quarantined, ...pageFields });

/** `GET /search`; statuses are separated by commas. */
export const searchQuery = z.strictObject({
  id: text.exactOptional(),
  ...filterFields,
  quarantined,
  status: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(JOB_STATUSES)))
    .exactOptional(),
  ...pageFields,
});

/** Which dead letters a bulk request means: by their ids, by a filter, or all of them. */
export const selectionFields = {
  ids: z.array(text).min(1).max(10_000).exactOptional(),
  filter: z
    .strictObject({ ...filterFields, quarantined: z.boolean().exactOptional() })
    .exactOptional(),
  all: z.literal(true).exactOptional(),
  dryRun: z.boolean().exactOptional(),
};
