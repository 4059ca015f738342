import type { SignatureImage } from '@shared/contracts';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, expect, test } from 'vitest';
import { quote } from '../src/quote/quote.ts';
import { wordContract } from '../src/typeset/contract-page.ts';
import { startTypesetter } from '../src/typeset/start-typesetter.ts';
import { filledIn, signaturePng } from './forms.ts';

const typesetter = startTypesetter();
afterAll(() => typesetter[Symbol.asyncDispose]());

const never = new AbortController().signal;
const made = new Date('2026-11-25T10:00:00Z');

const typeset = (change: Record<string, unknown> = {}, signature?: SignatureImage) => {
  const form = filledIn(change);
  const page = wordContract(form, { contractId: 124, date: made, quote: quote(form) });
  return typesetter.typeset(page, { signature, made, signal: never });
};

/** What a reader of the file can select, page by page. */
const textOf = async (pdf: Buffer) =>
  (await extractText(await getDocumentProxy(new Uint8Array(pdf)))).text;

test('a contract has two pages that say who, what, how much, and on what terms', async () => {
  const [first = '', second = '', ...more] = await textOf(await typeset());

  expect(more).toEqual([]);
  for (const said of [
    'Cleaning Agreement',
    'No. C-2026-000124',
    'November 25, 2026',
    'Bright & Calm Cleaning Co.',
    'Aurélie Østergaard-Nguyễn',
    '48 Linden Crescent',
    '5 rooms, 2.5 bathrooms, 2,140 square feet',
    'Every week',
    'December 7, 2026',
    'Page 1 of 2',
  ]) {
    expect(first).toContain(said);
  }
  expect(first).toMatch(/Total for each visit\s+\$223\.60/);
  for (const said of ['SIGNATURES', 'For the service provider', 'Client', 'Page 2 of 2']) {
    expect(second).toContain(said);
  }
  expect(second).toContain('The study desk stays as it is.');
});

test('the file is PDF/A-2a, tagged, with title and language', async () => {
  const pdf = await typeset();

  const bytes = pdf.toString('latin1');
  expect(bytes).toMatch(/<pdfaid:part>2<\/pdfaid:part>/);
  expect(bytes).toMatch(/<pdfaid:conformance>A<\/pdfaid:conformance>/);
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { info } = await document.getMetadata();
  expect(info).toMatchObject({
    Title: 'Cleaning Agreement C-2026-000124',
    Author: 'Bright & Calm Cleaning Co.',
    Language: 'en-US',
  });
  expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
});

test('a signature is an image above the name, and its day is filled in', async () => {
  const signature = { format: 'png', content: await signaturePng() } as const;

  const signed = await typeset({}, signature);

  expect(signed.toString('latin1').match(/\/Subtype\s*\/Image/g)?.length).toBeGreaterThan(0);
  expect((await typeset()).toString('latin1')).not.toMatch(/\/Subtype\s*\/Image/);
  expect((await textOf(signed))[1]).toMatch(/Date\s+November 25, 2026/);
});

test('the same contract is the same file', async () => {
  expect((await typeset()).equals(await typeset())).toBe(true);
});

test('what a client writes is text, whatever it looks like', async () => {
  const notes = '#read("/etc/passwd") *bold* $x^2$ [link] <label> @ref \\ " \'';

  const pages = await textOf(await typeset({ notes, clientName: '#panic()' }));

  expect(pages.join(' ').replaceAll(/[“”]/g, '"')).toContain('#read("/etc/passwd") *bold* $x^2$');
  expect(pages.join(' ')).toContain('#panic()');
});

test.for(['王小明', '山田たろう', '김철수', 'محمد', 'हिन्दी', 'ไทย', 'Ελένη Москва דוד'])(
  'the name %s is shown in a font that has it',
  async (clientName) => {
    const text = (await textOf(await typeset({ clientName }))).join(' ');

    const [first = ''] = clientName;
    expect(text).toContain(first);
  },
);

test('pictures are left out of the words', async () => {
  const text = (await textOf(await typeset({ notes: 'Two cats 🐈‍⬛ and a dog 🐕' }))).join(' ');

  expect(text).toMatch(/Two cats\s+and a dog/);
});

test('a script that no font has is refused, naming code points and not the name', async () => {
  await expect(typeset({ clientName: '𓀀𓀁' })).rejects.toThrow(
    expect.objectContaining({
      code: 'undisplayable_text',
      retryable: false,
      message: expect.stringContaining('U+13000'),
    }),
  );
});

test('an image that breaks off is refused, and the next contract is typeset', async () => {
  const content = await signaturePng();
  const format = 'png';

  await expect(typeset({}, { format, content: content.subarray(0, 400) })).rejects.toThrow(
    expect.objectContaining({ code: 'invalid_signature_image' }),
  );
  expect((await textOf(await typeset({}, { format, content })))[0]).toContain('Cleaning Agreement');
});

test('the longest form fits on few pages, and the signatures stay together', async () => {
  const long = {
    notes: 'An unusually careful remark about the premises. '.repeat(41).trim(),
    clientName: 'N'.repeat(120),
    address: 'Long Street '.repeat(20).trim(),
  };

  const pages = await textOf(await typeset(long));

  expect(pages.length).toBeLessThanOrEqual(4);
  const last = pages.at(-1) ?? '';
  expect(last).toContain('SIGNATURES');
  expect(last).toContain('For the service provider');
});

test('a contract that is given up ends its thread, and the next one has another', async () => {
  const stop = new AbortController();
  const form = filledIn();
  const page = wordContract(form, { contractId: 1, date: made, quote: quote(form) });

  const given = typesetter.typeset(page, { signature: undefined, made, signal: stop.signal });
  stop.abort(new Error('out of time'));

  await expect(given).rejects.toThrow('out of time');
  expect((await textOf(await typeset()))[0]).toContain('Cleaning Agreement');
});
