import { verifySignedUrl } from '@shared/storage';
import { expect, test } from 'vitest';
import { signUrl } from '../src/signed-url.ts';

const signingSecret = 'a secret for tests';
const expiresAt = new Date('2030-01-01T00:00:00Z');
const now = expiresAt.getTime() - 1;

const url = new URL(
  signUrl({
    method: 'GET',
    key: 'images/1/original',
    expiresAt,
    publicUrl: 'https://example.com/',
    signingSecret,
  }),
);
const signed = {
  method: 'GET',
  key: 'images/1/original',
  expires: url.searchParams.get('expires') as unknown,
  signature: url.searchParams.get('signature') as unknown,
};

test('an address looks as documented', () => {
  expect(url.href).toMatch(
    /^https:\/\/example\.com\/storage\/images\/1\/original\?expires=1893456000000&signature=[0-9a-f]{64}$/,
  );
});

test.for(['GET', 'HEAD'])('a GET address may be asked with %s', (method) => {
  expect(() => verifySignedUrl({ ...signed, method }, { signingSecret, now })).not.toThrow();
});

test.for([
  { reason: 'another method', change: { method: 'PUT' }, why: 'does not fit' },
  { reason: 'another key', change: { key: 'images/2/original' }, why: 'does not fit' },
  { reason: 'a later expiry', change: { expires: '1893456000001' }, why: 'does not fit' },
  { reason: 'no expiry', change: { expires: undefined }, why: 'lacks' },
  { reason: 'two expiries', change: { expires: ['1', '2'] }, why: 'lacks' },
  { reason: 'no signature', change: { signature: undefined }, why: 'lacks' },
  { reason: 'an empty signature', change: { signature: '' }, why: 'does not fit' },
  { reason: 'a short signature', change: { signature: 'ab' }, why: 'does not fit' },
  { reason: 'a wrong signature', change: { signature: 'ab'.repeat(32) }, why: 'does not fit' },
  {
    reason: 'a longer signature',
    change: { signature: `${String(signed.signature)}00` },
    why: 'fit',
  },
  {
    reason: 'a signature that is no hex',
    change: { signature: 'x'.repeat(64) },
    why: 'does not fit',
  },
  { reason: 'a key that climbs', change: { key: '../secret' }, why: 'refused' },
])('an address with $reason is refused', ({ change, why }) => {
  expect(() => verifySignedUrl({ ...signed, ...change }, { signingSecret, now })).toThrow(why);
});

test('an address is refused from the millisecond it expires', () => {
  expect(() => verifySignedUrl(signed, { signingSecret, now: expiresAt.getTime() })).toThrow(
    'has expired',
  );
});

test('an address signed with another secret is refused', () => {
  expect(() => verifySignedUrl(signed, { signingSecret: 'other', now })).toThrow('does not fit');
});
