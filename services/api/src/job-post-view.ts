import type { JobPost, User } from '@shared/database';

/** A job post as everybody sees it. */
export const viewJobPost = (
  { id, title, description, createdAt }: JobPost,
  employer: Pick<User, 'id' | 'username' | 'firstName'>,
) => ({
  id,
  title,
  description,
  employer: viewPerson(employer),
  createdAt: createdAt.toISOString(),
});

/** A user as others see them. */
export const viewPerson = ({
  id,
  username,
  firstName,
}: Pick<User, 'id' | 'username' | 'firstName'>) => ({ id, username, firstName });
