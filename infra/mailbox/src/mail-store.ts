import { randomBytes } from 'node:crypto';
import type { Logger } from '@shared/service';
import { type Envelope, stampEnvelope } from './envelope.ts';
import type { MailFolder } from './mail-folder.ts';
import { type Mail, type MailDetail, parseMail } from './mail.ts';
import { MailNotFoundError } from './mail-not-found-error.ts';

/** The mails at hand, newest first, and word of each new one. */
export type MailStore = {
  /** Resolves once the mail is kept, on disk too when there is a folder. */
  add(envelope: Envelope, raw: Buffer): Promise<Mail>;
  list(filter?: { to?: string | undefined; limit?: number | undefined }): Mail[];
  /** @throws {MailNotFoundError} */
  detail(id: string): MailDetail;
  /** @throws {MailNotFoundError} */
  raw(id: string): Buffer;
  /** Deletes every mail. */
  clear(): Promise<void>;
  /** Calls back for every new mail, and with `null` when all were deleted; returns how to stop it. */
  watch(listener: (mail: Mail | null) => void): () => void;
};

type Entry = { detail: MailDetail; raw: Buffer };

/** Raw mails held in memory at most; the oldest leave first. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * @param limit how many mails are kept; older ones leave.
 * @param folder where they survive a restart; in memory only without.
 */
export const openMailStore = async ({
  limit,
  folder,
  log,
}: {
  limit: number;
  folder?: MailFolder | undefined;
  log: Logger;
}): Promise<MailStore> => {
  const entries: Entry[] = []; // Newest first.
  const listeners = new Set<(mail: Mail | null) => void>();

  const insert = (entry: Entry) => {
    // Parsing takes turns, so a large mail may come out after one that arrived later.
    const at = entries.findIndex(({ detail }) => detail.id < entry.detail.id);
    entries.splice(at === -1 ? entries.length : at, 0, entry);
  };
  const prune = async () => {
    while (entries.length > limit || totalBytes(entries) > MAX_BYTES) {
      const oldest = entries.pop();
      if (oldest !== undefined) await folder?.remove(oldest.detail.id);
    }
  };
  const entryOf = (id: string) => {
    const entry = entries.find(({ detail }) => detail.id === id);
    if (entry === undefined) throw new MailNotFoundError(id);
    return entry;
  };

  for (const { id, raw } of (await folder?.load()) ?? []) {
    try {
      insert({ detail: await parseMail(id, raw), raw });
    } catch (error) {
      log.warn({ id, error }, 'kept mail cannot be read');
    }
  }
  await prune();

  return {
    async add(envelope, content) {
      const id = newMailId(envelope.receivedAt);
      const raw = stampEnvelope(envelope, content);
      const detail = await parseMail(id, raw);
      await folder?.write(id, raw);
      insert({ detail, raw });
      await prune();
      const mail = summaryOf(detail);
      for (const listener of listeners) listener(mail);
      return mail;
    },
    list: ({ to, limit = entries.length } = {}) =>
      entries
        .filter(({ detail }) => to === undefined || isFor(detail, to))
        .slice(0, limit)
        .map(({ detail }) => summaryOf(detail)),
    detail: (id) => entryOf(id).detail,
    raw: (id) => entryOf(id).raw,
    async clear() {
      const removed = entries.splice(0);
      for (const { detail } of removed) await folder?.remove(detail.id);
      for (const listener of listeners) listener(null);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** Sorts by time; the random tail keeps two mails of one millisecond apart. */
const newMailId = (receivedAt: Date) =>
  `${receivedAt.getTime().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;

const summaryOf = ({ id, from, to, subject, text, html, receivedAt }: MailDetail): Mail => ({
  id,
  from,
  to,
  subject,
  text,
  html,
  receivedAt,
});

const isFor = ({ to }: Mail, address: string) =>
  to.toLowerCase().split(', ').includes(address.toLowerCase());

const totalBytes = (entries: Entry[]) =>
  entries.reduce((total, { detail }) => total + detail.bytes, 0);
