import { drawingRequest } from '@shared/contracts';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { draw } from '../src/draw.ts';
import { patterns } from '../src/patterns/index.ts';
import { renderPreview } from '../src/render-preview.ts';

const request = (change: Record<string, unknown> = {}) => drawingRequest.parse(change);

/** The paths of an SVG as points in millimetres, layer by layer. */
const layersOf = (svg: string) =>
  [...svg.matchAll(/<g [^>]*inkscape:label="([^"]*)"[^>]*>(.*?)<\/g>/gs)].map(
    ([, label, body = '']) => ({
      label,
      paths: [...body.matchAll(/<path d="M(\S+) (\S+)l([^"]*)"\/>/g)].map(([, x, y, rest = '']) => {
        let at: [number, number] = [Number(x), Number(y)];
        const numbers = rest.split(' ').map(Number);
        const points = [at];
        for (let i = 0; i < numbers.length; i += 2) {
          at = [at[0] + numbers[i]!, at[1] + numbers[i + 1]!];
          points.push(at);
        }
        return points;
      }),
    }),
  );

describe.for(Object.keys(patterns))('%s', (patternType) => {
  test('lies within the sheet, with a margin, in millimetres', () => {
    const { svg } = draw(request({ patternType, width: 160, height: 90, seed: 3 }));

    expect(svg).toContain('width="160mm" height="90mm" viewBox="0 0 160 90"');
    const points = layersOf(svg).flatMap(({ paths }) => paths.flat());
    expect(points.length).toBeGreaterThan(20);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThan(1);
      expect(x).toBeLessThan(159);
      expect(y).toBeGreaterThan(1);
      expect(y).toBeLessThan(89);
    }
  });

  test('is the same for the same request, and another for another seed', () => {
    const { svg } = draw(request({ patternType, seed: 5 }));

    expect(draw(request({ patternType, seed: 5 })).svg).toBe(svg);
    const others = [6, 7, 8, 9].map((seed) => draw(request({ patternType, seed })).svg);
    // Hilbert's curve can be turned four ways only.
    expect(others.some((other) => other !== svg)).toBe(true);
  });

  test('lets the pen travel no further than as it was drawn', () => {
    const { travelBeforeMm, travelMm, drawnMm } = draw(
      request({ patternType, density: 6, pens: 2 }),
    );

    expect(travelMm).toBeLessThanOrEqual(travelBeforeMm);
    expect(drawnMm).toBeGreaterThan(100);
  });

  test('is an image that a browser can show', async () => {
    const { svg } = draw(request({ patternType, width: 60, height: 60 }));

    const preview = sharp(await renderPreview(svg, { width: 60, height: 60 }));

    expect(await preview.metadata()).toMatchObject({ format: 'png', width: 900, height: 900 });
    const { channels } = await preview.stats();
    // Lines on white paper: neither blank nor black.
    expect(channels[0]!.mean).toBeGreaterThan(100);
    expect(channels[0]!.mean).toBeLessThan(254);
  });
});

test.for(['spiral', 'hilbert'])('%s is one continuous line', (patternType) => {
  const { svg, paths } = draw(request({ patternType }));

  expect(paths).toBe(1);
  expect(layersOf(svg)).toHaveLength(1);
});

test('the way through the air is a fraction of what it was where there are many paths', () => {
  for (const patternType of ['flow_field', 'truchet', 'voronoi', 'hatch']) {
    const { travelBeforeMm, travelMm } = draw(request({ patternType }));
    expect(travelMm).toBeLessThan(travelBeforeMm / 2);
  }
});

test('each pen has a layer of its own that plotter software can tell', () => {
  const layers = layersOf(draw(request({ patternType: 'spirograph', pens: 3, density: 8 })).svg);

  expect(layers.map(({ label }) => label)).toEqual(['1 black', '2 blue', '3 red']);
  for (const { paths } of layers) expect(paths.length).toBeGreaterThan(0);
});

test('no line of a flow comes too close to another', () => {
  const { svg } = draw(request({ patternType: 'flow_field', width: 80, height: 80, density: 4 }));
  const lines = layersOf(svg).flatMap(({ paths }) => paths);

  let closest = Infinity;
  for (const [i, line] of lines.entries()) {
    for (const [ox, oy] of lines.slice(i + 1).flat()) {
      for (const [x, y] of line) closest = Math.min(closest, Math.hypot(x - ox, y - oy));
    }
  }

  expect(closest).toBeGreaterThan(1.5);
});

test('a drawing that would be too much is refused, for good', () => {
  const huge = request({ width: 1_300, height: 1_300, density: 10, patternType: 'spiral' });

  expect(() => draw(huge)).toThrow(
    expect.objectContaining({ code: 'drawing_too_complex', retryable: false }),
  );
});

test.for([
  { reason: 'a sheet wider than a plotter', change: { width: 5_000 } },
  { reason: 'a sheet of nothing', change: { height: 0 } },
  { reason: 'no number', change: { width: Number.NaN } },
  { reason: 'an unknown pattern', change: { patternType: 'mandala' } },
  { reason: 'a density beyond ink', change: { density: 11 } },
  { reason: 'a line break in its name', change: { filename: 'a\r\nb' } },
])('a request for $reason is refused', ({ change }) => {
  expect(() => request(change)).toThrow();
});
