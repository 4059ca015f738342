import { createHash } from 'node:crypto';

const ACCEPTED = /^[\w.@~+=-]{1,200}$/;

/**
 * The id of our job for a foreign one: the same, unless our engine refuses it (a colon, digits alone, a
 * word that names a part of a queue); then one made of it.
 */
export const innerId = (protocol: string, id: string): string => {
  // Words of our own keys are short and hold no digit; whatever could be one is renamed.
  const plain = ACCEPTED.test(id) && /\d/.test(id) && /\D/.test(id);
  if (plain) return id;
  return `${protocol}-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
};
