import { expect, test } from 'vitest';
import { plainLine } from '../src/plain-line.ts';

test.for([
  { reason: 'a plain name', text: 'Ada Lovelace', line: 'Ada Lovelace' },
  {
    reason: 'line breaks',
    text: 'Ada\r\nBcc: everybody@example.com',
    line: 'Ada Bcc: everybody@example.com',
  },
  { reason: 'a line separator', text: 'Ada\u2028Lovelace', line: 'Ada Lovelace' },
  { reason: 'a null byte and tabs', text: '\tAda\0 \t Lovelace ', line: 'Ada Lovelace' },
  { reason: 'marks that reverse the text', text: '\u202eecalevoL adA\u202c', line: 'ecalevoL adA' },
  { reason: 'an invisible space', text: 'Ada\u200bLovelace', line: 'Ada Lovelace' },
  { reason: 'a link', text: 'Ada https://evil.example/win?x=1 now', line: 'Ada now' },
  { reason: 'a link without its protocol', text: 'visit www.evil.example', line: 'visit' },
  { reason: 'a joined emoji', text: '👩‍🚀 Sally', line: '👩‍🚀 Sally' },
  { reason: 'half a character', text: 'Ada \ud83d', line: 'Ada \ufffd' },
  { reason: 'nothing', text: ' \r\n ', line: 'there' },
  { reason: 'more than fits', text: 'x'.repeat(50), line: `${'x'.repeat(39)}…` },
])('$reason becomes one harmless line', ({ text, line }) => {
  expect(plainLine(text, { maxLength: 40, fallback: 'there' })).toBe(line);
});

test('one endless word takes no time to speak of', () => {
  const word = 'x'.repeat(5_000_000);

  expect(plainLine(word, { maxLength: 60, fallback: '' })).toBe(`${'x'.repeat(59)}…`);
  expect(plainLine(`Ada ${word}`, { maxLength: 4, fallback: '' })).toBe('Ada…');
});
