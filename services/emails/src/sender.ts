import { z } from 'zod';
import type { MailAddress } from './mailer.ts';

const SENDER = /^(?:"?(?<name>[^"<>\r\n]*?)"?\s*<(?<bracketed>[^<>\s]+)>|(?<bare>[^<>\s]+))$/;
const Address = z.email();

/** Reads `Taskyard <hello@example.com>` or `hello@example.com`; null if it is neither. */
export const parseSender = (sender: string): MailAddress | null => {
  const found = SENDER.exec(sender.trim())?.groups;
  const address = Address.safeParse(found?.['bracketed'] ?? found?.['bare']);
  return address.success ? { name: found?.['name'] ?? '', address: address.data } : null;
};
