import { createHmac, randomBytes } from 'node:crypto';
import { createTurns } from './in-turn.ts';
import { passwordMatches } from './passwords.ts';
import type { DashboardUser } from './users.ts';
import type { WrongPasswords } from './wrong-passwords.ts';

export type SignInOutcome =
  | { kind: 'welcome'; user: DashboardUser }
  | { kind: 'wrong' }
  /** Too many wrong passwords; `retryAfterMs` until the next one is looked at. */
  | { kind: 'blocked'; retryAfterMs: number };

/** @param attempt.address where it comes from. */
export type SignIn = (attempt: {
  name: string;
  password: string;
  address: string;
}) => Promise<SignInOutcome>;

/** How long a password that was right need not be hashed again: scripts send theirs with every request. */
const REMEMBER_MS = 60_000;

/** A password is longer than this only to keep the processor busy. */
const MAX_PASSWORD_LENGTH = 256;

/**
 * Checks names and passwords. Attempts from one address are looked at one after the other, so that many
 * at once do not slip past the limit of wrong ones.
 */
export const createSignIn = ({
  users,
  wrongPasswords,
}: {
  users: readonly DashboardUser[];
  wrongPasswords: WrongPasswords;
}): SignIn => {
  const inTurn = createTurns();
  const recall = createMemory();

  const check: SignIn = async (attempt) => {
    const { name, password } = attempt;
    const retryAfterMs = await wrongPasswords.waitMs(attempt);
    if (retryAfterMs > 0) return { kind: 'blocked', retryAfterMs };
    const user = users.find((candidate) => candidate.name === name);
    const memory = recall(name, password);
    if (user !== undefined && memory.fresh) return { kind: 'welcome', user };
    const hash = password.length <= MAX_PASSWORD_LENGTH ? user?.passwordHash : undefined;
    // Asked for strangers too: how long it takes must not tell who exists.
    const right = await passwordMatches(password.slice(0, MAX_PASSWORD_LENGTH), hash);
    if (right && user !== undefined) {
      memory.refresh();
      return { kind: 'welcome', user };
    }
    await wrongPasswords.count(attempt);
    return { kind: 'wrong' };
  };

  return (attempt) => inTurn(attempt.address, () => check(attempt));
};

/** Keeps digests of what was right, under a key that only this process has. */
const createMemory = () => {
  const key = randomBytes(32);
  const until = new Map<string, number>();
  return (...texts: string[]) => {
    const digest = createHmac('sha256', key).update(JSON.stringify(texts)).digest('base64url');
    const now = performance.now();
    return {
      fresh: (until.get(digest) ?? now) > now,
      refresh() {
        for (const [old, end] of until) if (end <= now) until.delete(old);
        until.set(digest, now + REMEMBER_MS);
      },
    };
  };
};
