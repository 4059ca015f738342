import sharp from 'sharp';
import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import { takeStillLife } from '../photo.ts';
import type { Stage } from '../stage.ts';
import type { Story } from './story.ts';

const Uploaded = z.looseObject({
  image: z.looseObject({ id: z.string() }),
  indexJobId: z.string(),
});

const Found = z.looseObject({
  similar: z.array(
    z.looseObject({ score: z.number(), image: z.looseObject({ id: z.string(), url: z.string() }) }),
  ),
});

/** Whatever the picture, its copy scores far above this; IQDB takes less for no match. */
const COPY_SCORE = 50;

export const similarPhoto: Story = {
  title: 'A photo is found again by a small, cropped copy of it',
  async play(stage, { token }) {
    const { follow, link, say } = stage;
    const original = await takeStillLife();
    const photos = [original, await smallCopy(original), await takeStillLife()];
    const uploads = [];
    for (const photo of photos) uploads.push(await upload(stage, photo, token));
    await follow(
      uploads.map(({ indexJobId: jobId }) => ({ jobId, name: 'images.add-to-iqdb' })),
      { token },
    );

    const [first, copy] = uploads;
    const path = `/images/${copy?.image.id}/similar`;
    const found = await firstFound(stage, { path, wanted: first?.image.id ?? '', token });
    for (const { image, indexJobId } of uploads) {
      link(indexJobId, `GET /images/${image.id}/similar`);
    }
    say(`It is the first of those that look alike, with ${found.score} of 100 points`);
  },
};

/** As somebody would pass it on: without its edges, a fifth of its size, and saved badly. */
const smallCopy = async (photo: Buffer) => {
  const { width, height } = await sharp(photo).metadata();
  const [left, top] = [Math.round(width * 0.02), Math.round(height * 0.02)];
  return sharp(photo)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .resize({ width: Math.round(width / 5) })
    .jpeg({ quality: 50 })
    .toBuffer();
};

const upload = ({ http }: Stage, photo: Buffer, token: string) => {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'photo.jpg');
  return http.json('/images/upload', Uploaded, { method: 'POST', body: form, token, expect: 202 });
};

/** The index hears of what is new a moment after its job has ended. */
const PATIENCE_MS = 10_000;

const firstFound = async (
  { http }: Stage,
  { path, wanted, token }: { path: string; wanted: string; token: string },
) => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { similar } = await http.json(path, Found, { token });
    const [first] = similar;
    if (first !== undefined && first.image.id === wanted && first.score >= COPY_SCORE) return first;
    if (Date.now() > deadline) {
      const found = similar.map(({ score, image }) => `${image.id} (${score})`).join(', ');
      throw new WrongResultError('The photo was not found', `first are ${found || 'none'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
