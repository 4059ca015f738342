import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import { takePhoto } from '../photo.ts';
import type { Story } from './story.ts';

const Uploaded = z.looseObject({ image: z.looseObject({ id: z.string() }) });

const Voted = z.looseObject({ jobId: z.string().nullable() });

const Shown = z.looseObject({
  image: z.looseObject({
    rating: z.object({ votes: z.int(), average: z.number().nullable(), bayesian: z.number() }),
  }),
});

export const ratedPhoto: Story = {
  title: 'A photo is rated, and its rating follows the vote',
  async play({ http, follow, link, say }, { token }) {
    const form = new FormData();
    const photo = await takePhoto();
    form.append('image', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'photo.jpg');
    const request = { method: 'POST', body: form, token, expect: 202 } as const;
    const { image } = await http.json('/images/upload', Uploaded, request);

    // A vote that is changed counts once, as it was last.
    for (const score of [2, 5]) {
      const vote = { method: 'PUT', body: { score }, token, expect: 202 } as const;
      const { jobId } = await http.json(`/images/${image.id}/ratings`, Voted, vote);
      if (jobId === null) continue;
      await follow([{ jobId, name: 'images.recalculate-rating' }], { token });
      link(jobId, `GET /images/${image.id}`);
    }

    const { rating } = (await http.json(`/images/${image.id}`, Shown, { token })).image;
    if (rating.votes !== 1 || rating.average !== 5) {
      throw new WrongResultError('The rating is wrong', `it is ${JSON.stringify(rating)}`);
    }
    say(`One vote of 5; among all images that makes ${rating.bayesian.toFixed(2)}`);
  },
};
