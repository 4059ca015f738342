import { and, desc, eq, ne, sql } from './drizzle.ts';
import { ask } from './ask.ts';
import type { Database } from './database.ts';
import { follows } from './tables/follows.ts';
import { type User, users } from './tables/users.ts';

type Follow = { followerId: string; followedId: string };

/** @returns false if they were followed already. */
export const recordFollow = async (database: Database, follow: Follow): Promise<boolean> => {
  const written = await ask(database.insert(follows).values(follow).onConflictDoNothing());
  return (written.rowCount ?? 0) > 0;
};

export const deleteFollow = async (
  database: Database,
  { followerId, followedId }: Follow,
): Promise<void> => {
  await ask(
    database
      .delete(follows)
      .where(and(eq(follows.followerId, followerId), eq(follows.followedId, followedId))),
  );
};

/** Everybody but the one who asks, newcomers first, and whether that one follows them. */
export const listOthers = (
  database: Database,
  { userId, limit }: { userId: string; limit: number },
): Promise<{ user: User; followed: boolean }[]> =>
  ask(
    database
      .select({ user: users, followed: sql<boolean>`${follows.followerId} is not null` })
      .from(users)
      .leftJoin(follows, and(eq(follows.followedId, users.id), eq(follows.followerId, userId)))
      .where(ne(users.id, userId))
      .orderBy(desc(users.createdAt), users.id)
      .limit(limit),
  );
