import { randomBytes } from 'node:crypto';

/** The beginning of an MP4 as its format has it; what follows is noise. */
export const clip = (bytes = 50_000): Buffer => {
  const beginning = Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from('ftypisom\0\0\x02\0isomiso2'),
  ]);
  return Buffer.concat([beginning, randomBytes(bytes - beginning.length)]);
};

/** A multipart body with one file in it. */
export const videoForm = (content: Uint8Array, { field = 'video', name = 'holiday.mp4' } = {}) => {
  const form = new FormData();
  form.append(field, new Blob([new Uint8Array(content)], { type: 'video/mp4' }), name);
  return form;
};
