export type { Mail } from './mail.ts';
export { type Mailbox, startMailbox } from './start-mailbox.ts';
