import { expect, test } from 'vitest';
import { messageIdOf } from '../src/message-id.ts';

test('one job always has the same Message-ID, which names it', () => {
  expect(messageIdOf('01kabc-emails', 'taskyard.example')).toBe('<01kabc-emails@taskyard.example>');
});

test.for([
  { reason: 'a second @', key: 'welcome@ada' },
  { reason: 'an angle bracket and a line break', key: 'a>\r\nBcc: b@c.d' },
  { reason: 'two dots in a row', key: 'a..b' },
  { reason: 'more letters than a line holds', key: 'x'.repeat(1_000) },
])('a key with $reason still makes a well-formed Message-ID', ({ key }) => {
  const messageId = messageIdOf(key, 'taskyard.example');

  expect(messageId).toMatch(/^<[0-9a-f]{64}@taskyard\.example>$/);
  expect(messageId).toBe(messageIdOf(key, 'taskyard.example'));
  expect(messageId).not.toBe(messageIdOf(`${key}x`, 'taskyard.example'));
});
