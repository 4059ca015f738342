import { createDecipheriv, type ECDH, hkdfSync } from 'node:crypto';

/** What a browser keeps of its subscription. */
export type Browser = { keys: ECDH; publicKey: Buffer; auth: Buffer };

const SALT_BYTES = 16;
const KEY_LENGTH_AT = 20;
const TAG_BYTES = 16;

/** Opens a push message as a browser does: RFC 8291, section 3.4, in RFC 8188's aes128gcm. */
export const decrypt = (content: Buffer, { keys, publicKey, auth }: Browser): unknown => {
  const salt = content.subarray(0, SALT_BYTES);
  const keyEnd = KEY_LENGTH_AT + 1 + content.readUInt8(KEY_LENGTH_AT);
  const sender = content.subarray(KEY_LENGTH_AT + 1, keyEnd);
  const sealed = content.subarray(keyEnd);
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
  const secret = derive(keys.computeSecret(sender), auth, about, 32);
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createDecipheriv('aes-128-gcm', key, nonce);
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const padded = Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
  return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString());
};

const derive = (secret: Buffer, salt: Buffer, about: Buffer, bytes: number) =>
  Buffer.from(hkdfSync('sha256', secret, salt, about, bytes));
