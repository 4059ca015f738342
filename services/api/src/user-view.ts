import type { User } from '@shared/database';

/** A user as they see themselves. */
export const viewUser = ({ id, email, username, firstName, createdAt }: User) => ({
  id,
  email,
  username,
  firstName,
  createdAt: createdAt.toISOString(),
});
