import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 16 MiB and five rounds, the least memory that OWASP's password storage cheat sheet lists for five. */
const COST = { log2N: 14, r: 8, p: 5 };

/** Hashes come from the environment: a slip there must not cost minutes per attempt to sign in. */
const MOST = { log2N: 20, r: 32, p: 16 };

const KEY_BYTES = 32;
const HASH = /^scrypt\.(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.([\w-]{22,})\.([\w-]{43})$/;

/**
 * `scrypt.<log2 of N>.<r>.<p>.<salt>.<key>`, the last two in base64url: no `$`, `,` or `:`, which shells,
 * compose files and `DASHBOARD_USERS` would take for theirs.
 */
export const hashPassword = async (password: string, cost = COST): Promise<string> => {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  const { log2N, r, p } = cost;
  return ['scrypt', log2N, r, p, salt.toString('base64url'), key.toString('base64url')].join('.');
};

export const isPasswordHash = (text: string): boolean => parse(text) !== undefined;

/** @param hash `undefined` for somebody unknown: takes as long as for somebody known, and is false. */
export const passwordMatches = async (
  password: string,
  hash: string | undefined,
): Promise<boolean> => {
  const known = hash === undefined ? undefined : parse(hash);
  const { cost, salt, key } = known ?? NOBODY;
  return timingSafeEqual(await derive(password, salt, cost), key) && known !== undefined;
};

const NOBODY = { cost: COST, salt: randomBytes(16), key: randomBytes(KEY_BYTES) };

const parse = (hash: string) => {
  const [, log2N, r, p, salt, key] = HASH.exec(hash) ?? [];
  if (salt === undefined || key === undefined) return undefined;
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const sane = cost.log2N <= MOST.log2N && cost.r <= MOST.r && cost.p <= MOST.p;
  return sane && cost.log2N > 0 && cost.r > 0 && cost.p > 0
    ? { cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') }
    : undefined;
};

const derive = (password: string, salt: Buffer, { log2N, r, p }: typeof COST): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** log2N;
    const options = { N, r, p, maxmem: 256 * N * r };
    // Keyboards differ in how they compose "é"; people do not see the difference.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
