import { createHash } from 'node:crypto';

/**
 * Ids that are the same for the same seed: a plan that is made again after a crash sends the same tasks
 * under the same ids. They look like any UUID.
 */
export const createFixedIds = (seed: string): (() => string) => {
  let count = 0;
  return () => {
    count += 1;
    const hex = createHash('sha256').update(`${seed}\n${count}`).digest('hex');
    const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
    const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
    return [...groups, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  };
};

/** Whether an id was made here, and not by Python's `uuid4`. */
export const isFixedId = (id: string | null): boolean => id?.[14] === '8';
