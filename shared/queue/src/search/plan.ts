import type { JobStatus } from '@shared/contracts';
import { queueNames } from '../jobs/locate.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { type JobFilter, statusesOf } from './filter.ts';
import { indexName } from './index-names.ts';
import { listSection, lanesSection, type Section, setsSection, type Span } from './sections.ts';
import type { SortedSet } from './walk-sets.ts';
import { wordsOf } from './words.ts';

type Access = { redis: RedisConnection; keys: Keys };

const ENDED_BADLY: ReadonlySet<JobStatus> = new Set(['failed', 'cancelled', 'expired']);

/**
 * Where to look for the jobs of a filter: in the smallest index that holds all of them or, where none
 * does, at the places where jobs of such a status stand.
 */
export const planSections = async (access: Access, filter: JobFilter): Promise<Section[]> => {
  const { redis } = access;
  const index = await smallestIndex(access, filter);
  if (index !== undefined) return [setsSection(redis, 'index', index, spanOf(filter))];
  return placeSections(access, filter);
};

const spanOf = ({ since, until }: JobFilter): Span => ({
  ...(since === undefined ? {} : { min: since.getTime() }),
  ...(until === undefined ? {} : { max: until.getTime() }),
});

/** The sets of one index; several for a word of which only the beginning was given. */
const smallestIndex = async (
  { redis, keys }: Access,
  filter: JobFilter,
): Promise<SortedSet[] | undefined> => {
  const { tag, group, code, task, errorText } = filter;
  const named = (kind: Parameters<typeof indexName>[0], value: string): SortedSet => ({
    key: keys.index(indexName(kind, value)),
    queue: undefined,
  });
  const indexes: SortedSet[][] = [];
  if (tag !== undefined) indexes.push([named('tag', tag)]);
  if (group !== undefined) indexes.push([named('group', group)]);
  if (code !== undefined) indexes.push([named('code', code)]);
  if (task !== undefined && endedBadly(filter)) indexes.push([named('task', task)]);
  for (const beginning of errorText === undefined ? [] : wordsOf(errorText)) {
    const words = await wordsWith(redis, keys, beginning);
    if (words !== undefined) indexes.push(words.map((word) => named('word', word)));
  }
  const sized = await Promise.all(
    indexes.map(async (sets) => ({ sets, size: await sizeOf(redis, sets) })),
  );
  return sized.sort((a, b) => a.size - b.size)[0]?.sets;
};

/** Only jobs that ended without a result are asked for. */
const endedBadly = (filter: JobFilter): boolean =>
  filter.code !== undefined ||
  filter.errorText !== undefined ||
  (statusesOf(filter)?.every((status) => ENDED_BADLY.has(status)) ?? false);

const sizeOf = async (redis: RedisConnection, sets: readonly SortedSet[]): Promise<number> => {
  const sizes = await Promise.all(sets.map(({ key }) => redis.zcard(key)));
  return sizes.reduce((sum, size) => sum + size, 0);
};

const MAX_WORDS = 100;

/** The words of errors that begin so; undefined if they are too many to look under. */
const wordsWith = async (
  redis: RedisConnection,
  keys: Keys,
  beginning: string,
): Promise<string[] | undefined> => {
  const end = Buffer.concat([Buffer.from(`(${beginning}`), Buffer.from([0xff])]);
  const words = await redis.zrangebylex(
    keys.words,
    `[${beginning}`,
    end,
    'LIMIT',
    0,
    MAX_WORDS + 1,
  );
  return words.length > MAX_WORDS ? undefined : words;
};

/** Jobs that have not ended come first, then those that have, the latest first. */
const placeSections = async ({ redis, keys }: Access, filter: JobFilter): Promise<Section[]> => {
  const queues = filter.queue === undefined ? await queueNames(redis, keys) : [filter.queue];
  const statuses = statusesOf(filter) ?? (endedBadly(filter) ? [...ENDED_BADLY] : undefined);
  const wants = (...some: JobStatus[]) =>
    statuses === undefined || some.some((status) => statuses.includes(status));
  const sets = (...names: string[]): SortedSet[] =>
    names.flatMap((name) => queues.map((queue) => ({ key: `${keys.base(queue)}${name}`, queue })));
  const lists = (name: string) =>
    queues.map((queue) =>
      listSection(redis, `${queue}/${name}`, { key: `${keys.base(queue)}${name}`, queue }),
    );

  const sections: Section[] = [];
  if (wants('in_progress')) sections.push(...lists('active'));
  if (wants('queued', 'retrying')) {
    sections.push(...lists('wait'));
    sections.push(setsSection(redis, 'waiting', sets('prioritized', 'suspects')));
    sections.push(...queues.map((queue) => lanesSection(redis, keys, queue)));
  }
  if (wants('scheduled', 'retrying')) sections.push(setsSection(redis, 'delayed', sets('delayed')));
  if (wants('waiting_children')) {
    sections.push(setsSection(redis, 'children', sets('waiting-children'), spanOf(filter)));
  }
  const ended = [
    ...(wants('complete') ? ['completed'] : []),
    ...(wants(...ENDED_BADLY) ? ['failed'] : []),
  ];
  if (ended.length > 0) {
    sections.push(setsSection(redis, 'ended', sets(...ended), spanOf(filter)));
  }
  return sections;
};
