import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** One household or server commonly has a whole /64, so that single addresses say nothing. */
const NETWORK_GROUPS = 4;

/** What attempts are counted by: an IPv4 address, or the /64 network of an IPv6 address. */
export const clientNetwork = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [before = [], after = []] = plain
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const gap = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  return [...before, ...gap, ...after]
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};
