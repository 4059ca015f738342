/** What the sending side said outside the mail itself, and when. */
export type Envelope = { sender: string; recipients: string[]; receivedAt: Date };

const SENDER = 'X-Mailbox-Sender';
const RECIPIENT = 'X-Mailbox-Recipient';
const RECEIVED_AT = 'X-Mailbox-Received-At';

/**
 * Puts the envelope in front of a mail as header lines, as mail servers do, so that the one file
 * holds all there is to know. SMTP commands are single lines, so the values cannot break out.
 */
export const stampEnvelope = (
  { sender, recipients, receivedAt }: Envelope,
  raw: Buffer,
): Buffer => {
  const lines = [
    `${SENDER}: ${sender}`,
    ...recipients.map((recipient) => `${RECIPIENT}: ${recipient}`),
    `${RECEIVED_AT}: ${receivedAt.toISOString()}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), raw]);
};

/** Reads the stamp back; it ends with the time, so a mail that brings such headers changes nothing. */
export const readEnvelope = (raw: Buffer): Envelope => {
  const envelope: Envelope = { sender: '', recipients: [], receivedAt: new Date(0) };
  for (let start = 0, end = 0; (end = raw.indexOf('\r\n', start)) !== -1; start = end + 2) {
    const line = raw.toString('utf8', start, end);
    const colon = line.indexOf(': ');
    const value = line.slice(colon + 2);
    const name = line.slice(0, colon);
    if (name === SENDER) envelope.sender = value;
    else if (name === RECIPIENT) envelope.recipients.push(value);
    else if (name === RECEIVED_AT) return { ...envelope, receivedAt: new Date(value) };
    else break; // Not stamped by us: an .eml that somebody put into the folder.
  }
  return envelope;
};
