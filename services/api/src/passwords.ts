import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Of scrypt: `cost` (N) and `blockSize` (r) set the memory, `parallelization` (p) the time on top. */
export type PasswordCost = { cost: number; blockSize: number; parallelization: number };

/** 32 MiB and three rounds: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const DEFAULT_COST: PasswordCost = { cost: 32_768, blockSize: 8, parallelization: 3 };

const HASH_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY_BYTES = 128 * 1_024 * 1_024;

export type Passwords = {
  /** `scrypt$<N>$<r>$<p>$<salt>$<hash>`, the last two in base64url. */
  hash(password: string): Promise<string>;
  /** Takes as long for an account that does not exist (`undefined`) as for one that does. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
};

export const createPasswords = (cost: PasswordCost = DEFAULT_COST): Passwords => {
  const hash = async (password: string) => {
    const salt = randomBytes(SALT_BYTES);
    const key = await derive(password, salt, cost);
    const { cost: n, blockSize, parallelization } = cost;
    return ['scrypt', n, blockSize, parallelization, encode(salt), encode(key)].join('$');
  };
  // Nobody's password: what an unknown account is compared with.
  const dummy = { salt: randomBytes(SALT_BYTES), key: randomBytes(HASH_BYTES), cost };
  return {
    hash,
    async matches(password, stored) {
      const { salt, key, cost } = stored === undefined ? dummy : parse(stored);
      const given = await derive(password, salt, cost);
      return timingSafeEqual(given, key) && stored !== undefined;
    },
  };
};

const parse = (stored: string) => {
  const [algorithm, n, r, p, salt, key] = stored.split('$');
  if (algorithm !== 'scrypt' || salt === undefined || key === undefined) {
    throw new Error('A stored password hash is not of the form scrypt$N$r$p$salt$hash.');
  }
  return {
    cost: { cost: Number(n), blockSize: Number(r), parallelization: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
};

const derive = (
  password: string,
  salt: Buffer,
  { cost, blockSize, parallelization }: PasswordCost,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: cost, r: blockSize, p: parallelization, maxmem: MAX_MEMORY_BYTES };
    // Keyboards differ in how they compose "é"; people do not see the difference.
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });

const encode = (bytes: Buffer) => bytes.toString('base64url');
