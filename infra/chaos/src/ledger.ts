import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/**
 * What handlers did, as lines of a file: it knows no Redis, so it can tell what became of Redis' jobs. A
 * line is appended whole or not at all.
 */
const entry = z.object({
  event: z.enum(['begun', 'done', 'followed']),
  jobId: z.string(),
  /** Grows with every run of a job. */
  fence: z.number(),
  pid: z.int(),
  /** Whom a follow-up follows. */
  of: z.string().optional(),
});

export type LedgerEntry = z.output<typeof entry>;

export const writeDown = (path: string, line: LedgerEntry): void =>
  appendFileSync(path, `${JSON.stringify(line)}\n`);

export const readLedger = async (path: string): Promise<LedgerEntry[]> =>
  (await readFile(path, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => entry.parse(JSON.parse(line)));
