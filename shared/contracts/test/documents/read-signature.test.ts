import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { parsePayload } from '../../src/payload.ts';
import { generateContractPdf } from '../../src/documents/generate-contract-pdf.ts';
import { readSignature } from '../../src/documents/signature/read-signature.ts';

const dataUrl = (content: Buffer, type = 'image/png') =>
  `data:${type};base64,${content.toString('base64')}`;

const drawn = () => sharp({ create: { width: 62, height: 20, channels: 4, background: 'navy' } });
const png = await drawn().png().toBuffer();
const jpeg = await drawn().jpeg().toBuffer();

test('a PNG is read from a data URL and from plain base64', () => {
  expect(readSignature(dataUrl(png))).toEqual({ format: 'png', content: png });
  expect(readSignature(` ${png.toString('base64')}\n`)).toEqual({ format: 'png', content: png });
});

test.for([
  { kind: 'a JPEG', file: jpeg, format: 'jpg' },
  {
    kind: 'a progressive JPEG',
    file: await drawn().jpeg({ progressive: true }).toBuffer(),
    format: 'jpg',
  },
  {
    kind: 'a PNG of few colours',
    file: await drawn().png({ palette: true }).toBuffer(),
    format: 'png',
  },
])('$kind is told by its content, whatever it is called', ({ file, format }) => {
  expect(readSignature(dataUrl(file, 'image/gif'))).toEqual({ format, content: file });
});

test('no signature is no fault', () => {
  for (const signature of ['', null, undefined]) {
    expect(generateContractPdf.payload.parse({ ...request, signature })).toMatchObject(request);
  }
});

const request = { clientId: 1, ownerUid: 'owner', formData: { rooms: 5 } };

const chunk = (type: string, content: Buffer) => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
};

/** A whole PNG that claims any size, with next to nothing in it. */
const claiming = (width: number, height: number) => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  const pixels = deflateSync(Buffer.alloc(10_000));
  const chunks = [chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([png.subarray(0, 8), ...chunks]);
};

const changed = (file: Buffer, at: number) => {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x40, at);
  return copy;
};

test.for([
  { reason: 'no base64', text: 'data:image/png;base64,<script>', says: 'no base64' },
  { reason: 'empty', text: 'data:image/png;base64,', says: 'no base64' },
  {
    reason: 'an SVG',
    text: dataUrl(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    says: 'neither a PNG nor a JPEG',
  },
  {
    reason: 'a GIF',
    text: dataUrl(Buffer.from('GIF89a\u0001\u0000\u0001\u0000')),
    says: 'neither a PNG nor a JPEG',
  },
  { reason: 'a billion pixels', text: dataUrl(claiming(60_000, 60_000)), says: 'pixels' },
  { reason: 'no pixels', text: dataUrl(claiming(0, 10)), says: 'pixels' },
  { reason: 'a PNG cut in its header', text: dataUrl(png.subarray(0, 20)), says: 'incomplete' },
  { reason: 'a PNG cut at its end', text: dataUrl(png.subarray(0, -12)), says: 'incomplete' },
  { reason: 'a PNG with a wrong byte', text: dataUrl(changed(png, 60)), says: 'damaged' },
  { reason: 'a PNG of its header', text: dataUrl(png.subarray(0, 33)), says: 'incomplete' },
  {
    reason: 'a JPEG of nothing',
    text: dataUrl(Buffer.from([255, 216, 255, 217])),
    says: 'incomplete',
  },
  { reason: 'a JPEG cut in its scan', text: dataUrl(jpeg.subarray(0, -4)), says: 'incomplete' },
  {
    reason: 'larger than 300 kB',
    text: dataUrl(Buffer.alloc(300 * 1_024 + 1)),
    says: '307200 bytes',
  },
])('a signature that is $reason makes no payload', ({ text, says }) => {
  expect(readSignature(text)).toEqual({ fault: expect.stringContaining(says) });
  expect(() => parsePayload(generateContractPdf, { ...request, signature: text })).toThrow(
    expect.objectContaining({
      code: 'invalid_payload',
      path: 'signature',
      message: expect.stringContaining(says),
    }),
  );
});
