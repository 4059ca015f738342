import { hashPassword, isPasswordHash } from './passwords.ts';
import { isRole, type Role } from './roles.ts';

/** Somebody who may sign in. */
export type DashboardUser = { name: string; role: Role; passwordHash: string };

const NAME = /^[\w.@-]{1,64}$/;

/**
 * Reads `name:role:hash, name:role:hash`, as `DASHBOARD_USERS` holds them.
 *
 * @throws {Error} saying which of them is wrong, without its hash.
 */
export const parseUsers = (text: string): DashboardUser[] => {
  const users = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(parseUser);
  const names = users.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`names "${twice}" twice`);
  return users;
};

const parseUser = (item: string, index: number): DashboardUser => {
  const [name = '', role = '', passwordHash = '', ...rest] = item.split(':');
  const which = `has an entry no. ${index + 1}`;
  if (!NAME.test(name))
    throw new Error(`${which} without a name of letters, digits, ".", "@", "_", "-"`);
  if (!isRole(role))
    throw new Error(`${which} ("${name}") without a role: viewer, operator or admin`);
  if (!isPasswordHash(passwordHash) || rest.length > 0) {
    throw new Error(`${which} ("${name}") without a hash as src/hash-password-main.ts prints it`);
  }
  return { name, role, passwordHash };
};

/** @param password of the user "admin", for one's own machine; nobody is added without. */
export const withDevelopmentAdmin = async (
  users: readonly DashboardUser[],
  password: string | undefined,
): Promise<readonly DashboardUser[]> => {
  if (password === undefined) return users;
  const admin = {
    name: 'admin',
    role: 'admin',
    passwordHash: await hashPassword(password),
  } as const;
  return [admin, ...users.filter(({ name }) => name !== admin.name)];
};
