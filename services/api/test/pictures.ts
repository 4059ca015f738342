import { randomBytes } from 'node:crypto';

const filled = (...beginning: (string | number[])[]): Buffer =>
  Buffer.concat([...beginning.map((part) => Buffer.from(part as string)), randomBytes(6_000)]);

const ftyp = (brand: string): Buffer =>
  filled([0, 0, 0, 24], `ftyp${brand}`, [0, 0, 0, 0], `mif1${brand}`);

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];

/** Beginnings of files as their formats have them; what follows is noise. */
export const pictures = {
  jpeg: filled([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF'),
  png: filled(
    PNG_START,
    'IHDR',
    [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 4],
    'IDAT',
  ),
  webp: filled('RIFF', [0, 16, 0, 0], 'WEBPVP8 '),
  gif: filled('GIF89a', [1, 0, 1, 0, 0, 0, 0]),
  avif: ftyp('avif'),
};

export const others = {
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  'svg with a prologue': Buffer.from(
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
  ),
  pdf: filled('%PDF-1.7\n'),
  html: Buffer.from('<!doctype html><title>no image</title>'),
  text: Buffer.from('just words'),
  zip: filled([0x50, 0x4b, 3, 4]),
  'heic photo': ftyp('heic'),
  'empty file': Buffer.alloc(0),
};

/** A multipart body with one file in it. */
export const imageForm = (
  content: Uint8Array,
  { field = 'image', name = 'photo.jpg', type = 'image/jpeg' } = {},
): FormData => {
  const form = new FormData();
  form.append(field, new Blob([new Uint8Array(content)], { type }), name);
  return form;
};
