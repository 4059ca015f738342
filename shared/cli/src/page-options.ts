import type { Options } from './options.ts';
import { readWhole } from './values.ts';

/** How much of a list is shown, and from where. */
export const PAGE = {
  limit: { type: 'string', takes: '<n>', help: 'At most so many; 50 unless told.' },
  cursor: { type: 'string', takes: '<cursor>', help: 'Go on where the last list ended.' },
} as const;

type Page<Item> = { items: Item[]; cursor: string | null };

/**
 * Reads pages until there are as many items as wanted, or no more: a page may be short, or empty, and
 * not be the last.
 *
 * @throws {InvalidOptionError}
 */
export const readPages = async <Item>(
  { limit, cursor }: Options<typeof PAGE>,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> => {
  const wanted = limit === undefined ? 50 : readWhole('limit', limit);
  const found: Page<Item> = { items: [], cursor: cursor ?? null };
  do {
    const page = await read({
      limit: wanted - found.items.length,
      ...(found.cursor === null ? {} : { cursor: found.cursor }),
    });
    found.items.push(...page.items);
    found.cursor = page.cursor;
  } while (found.cursor !== null && found.items.length < wanted);
  return found;
};
