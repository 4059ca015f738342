import type { Match } from '@shared/similarity';

/** What the thread with the index is started with. */
export type ThreadSettings = { databaseUrl: string };

/** What it is told. */
export type ThreadOrder =
  | { kind: 'search'; id: number; signature: Uint8Array; limit: number; owner: string | undefined }
  | { kind: 'close' };

/** What it tells. */
export type ThreadReport =
  | { kind: 'loaded'; images: number; ms: number }
  | { kind: 'trouble'; reason: string }
  | { kind: 'found'; id: number; matches: Match[] }
  | { kind: 'failed'; id: number; reason: string };
