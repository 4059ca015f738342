import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import { inspectPicture } from '../photo.ts';
import type { Story } from './story.ts';

const Asked = z.looseObject({
  drawing: z.looseObject({ url: z.string(), previewUrl: z.string() }),
  jobId: z.string(),
});

const Drawn = z.looseObject({
  paths: z.int(),
  drawnMm: z.number(),
  travelBeforeMm: z.number(),
  travelMm: z.number(),
});

export const plotterDrawing: Story = {
  title: 'Ribbons are drawn for a pen plotter, the pen travelling as little as it can',
  async play({ http, follow, link, say }, { token }) {
    const { drawing, jobId } = await http.json('/drawings', Asked, {
      method: 'POST',
      body: { width: 210, height: 148, patternType: 'truchet', seed: 42, filename: 'ribbons.svg' },
      token,
      expect: 202,
    });

    const [job] = await follow([{ jobId, name: 'drawings.generate-drawing' }], { token });

    const { paths, drawnMm, travelBeforeMm, travelMm } = Drawn.parse(job?.result);
    const svg = await http.bytes(drawing.url, { token });
    const isSvg = svg.contentType === 'image/svg+xml' && svg.content.includes('width="210mm"');
    if (!isSvg) throw new WrongResultError('The drawing is wrong', `it is ${svg.contentType}`);
    const preview = await http.bytes(drawing.previewUrl, { token });
    const { format } = await inspectPicture(preview.content);
    if (format !== 'png') throw new WrongResultError('The preview is wrong', `it is ${format}`);
    if (!(travelMm < travelBeforeMm)) {
      throw new WrongResultError('The drawing is wrong', 'the pen travels as far as before');
    }
    link(jobId, drawing.url);
    say(
      `${paths} paths, ${metres(drawnMm)} m drawn; the pen travels ${metres(travelMm)} m instead of ${metres(travelBeforeMm)} m`,
    );
  },
};

const metres = (millimetres: number) => (millimetres / 1_000).toFixed(1);
