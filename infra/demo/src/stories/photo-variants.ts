import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import { inspectPicture, takePhoto } from '../photo.ts';
import type { Stage } from '../stage.ts';
import type { Story } from './story.ts';

const Uploaded = z.looseObject({
  image: z.looseObject({ id: z.string() }),
  jobs: z.array(z.looseObject({ jobId: z.string(), task: z.string(), variant: z.string() })),
});

const Shown = z.looseObject({
  image: z.looseObject({
    variants: z.array(z.looseObject({ name: z.string(), signedUrl: z.url() })),
  }),
});

/** In pixels: what has to come of a photo of 1500×2000. */
const EXPECTED: Readonly<Record<string, { width: number; height: number }>> = {
  thumbnail: { width: 250, height: 200 },
  medium: { width: 768, height: 1024 },
  large: { width: 1440, height: 1920 },
};

export const photoVariants: Story = {
  title: 'A photo is uploaded and becomes a thumbnail, a medium and a large picture',
  async play(stage, { token }) {
    const { http, follow, link, say } = stage;
    const photo = await takePhoto();
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'meadow.jpg');
    const { image, jobs } = await http.json('/images/upload', Uploaded, {
      method: 'POST',
      body: form,
      token,
      expect: 202,
    });
    say(`A JPEG of ${(photo.length / 1e6).toFixed(1)} MB went up, lying on its side`);
    mustBeAll(jobs.map(({ variant }) => variant));

    await follow(
      jobs.map(({ jobId, task, variant }) => ({ jobId, name: `${task} ${variant}` })),
      { token },
    );

    const shown = await http.json(`/images/${image.id}`, Shown, { token });
    for (const { jobId, variant } of jobs) {
      const path = `/images/${image.id}/variants/${variant}`;
      const { content, contentType } = await http.bytes(path, { token });
      await mustBePicture(variant, content, contentType);
      link(jobId, await openToAnybody(stage, shown, { variant, content }));
      const { width, height } = EXPECTED[variant] ?? { width: 0, height: 0 };
      say(`${variant}: ${width}×${height} pixels, ${Math.ceil(content.length / 1e3)} kB`);
    }
  },
};

const mustBeAll = (variants: readonly string[]) => {
  const missing = Object.keys(EXPECTED).find((name) => !variants.includes(name));
  if (missing === undefined && variants.length === Object.keys(EXPECTED).length) return;
  throw new WrongResultError(
    'The upload was not understood',
    `its jobs are ${variants.join(', ')}`,
  );
};

const mustBePicture = async (variant: string, content: Buffer, contentType: string) => {
  const picture = await inspectPicture(content);
  const found = { ...picture, contentType };
  const expected = {
    format: 'jpeg',
    ...EXPECTED[variant],
    turned: false,
    upright: true,
    contentType: 'image/jpeg',
  };
  const wrong = Object.entries(expected).find(
    ([key, value]) => found[key as keyof typeof found] !== value, // Its own key.
  );
  if (wrong === undefined) return;
  const [key, value] = wrong;
  const is = found[key as keyof typeof found];
  throw new WrongResultError(`The ${variant} picture is wrong`, `${key} is ${is}, not ${value}`);
};

/** The link that can be put into a page: the same bytes, for whoever has it. */
const openToAnybody = async (
  { http }: Stage,
  { image }: z.output<typeof Shown>,
  { variant, content }: { variant: string; content: Buffer },
) => {
  const what = `The link to the ${variant} picture is wrong`;
  const signedUrl = image.variants.find(({ name }) => name === variant)?.signedUrl;
  if (signedUrl === undefined) throw new WrongResultError(what, 'there is none');
  const linked = await http.bytes(signedUrl);
  if (!linked.content.equals(content)) throw new WrongResultError(what, 'it leads elsewhere');
  return signedUrl;
};
