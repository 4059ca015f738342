import { createInterface } from 'node:readline';
import { runService } from '@shared/service';
import { hashPassword } from './passwords.ts';

/** Reads a password from stdin, where no other process sees it, and prints its hash for DASHBOARD_USERS. */
await runService(async () => {
  if (process.stdin.isTTY) process.stderr.write('Password (shown while you type), then Enter: ');
  for await (const password of createInterface({ input: process.stdin })) {
    process.stdout.write(`${await hashPassword(password)}\n`);
    return;
  }
});
