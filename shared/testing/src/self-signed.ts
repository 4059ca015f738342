import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate for it, in PEM, as a TLS server takes them and a client trusts them (`ca`). */
export type SelfSigned = { key: string; cert: string };

const DAY_MS = 86_400_000;

/**
 * Makes a certificate that nobody has seen before, for servers on loopback that speak for others.
 * What it is made of stands in RFC 5280, section 4.1; how it is written in X.690 (DER).
 *
 * @param names the hosts it is for, beside 127.0.0.1.
 */
export const selfSigned = (...names: string[]): SelfSigned => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = certificateBody(publicKey.export({ type: 'spki', format: 'der' }), names);
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
};

const certificateBody = (publicKey: Buffer, names: readonly string[]) => {
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('taskyard test')))));
  const now = Date.now();
  return sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // Version 3.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])), // Serial number, positive.
    ECDSA_WITH_SHA256,
    name,
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    name,
    publicKey,
    der(0xa3, sequence(alternativeNames(names))),
  );
};

const alternativeNames = (names: readonly string[]) => {
  const hosts = names.map((name) => der(0x82, Buffer.from(name)));
  const address = der(0x87, Buffer.from([127, 0, 0, 1]));
  return sequence(SUBJECT_ALT_NAME, der(0x04, sequence(...hosts, address)));
};

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128
      ? [length]
      : length < 256
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);

/** As in 261004120000Z. */
const time = (ms: number) => {
  const text = new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
};

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
