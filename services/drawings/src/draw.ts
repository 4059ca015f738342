import type { DrawingRequest } from '@shared/contracts';
import { openCanvas } from './canvas.ts';
import { patterns } from './patterns/index.ts';
import { planPens } from './pen/plan-pens.ts';
import { createRandom } from './random.ts';
import { writeSvg } from './write-svg.ts';

export type Drawn = {
  svg: string;
  paths: number;
  drawnMm: number;
  travelBeforeMm: number;
  travelMm: number;
};

/**
 * Draws what is asked for; the same request gives the same bytes.
 *
 * @throws {DrawingTooComplexError}
 */
export const draw = ({
  width,
  height,
  patternType,
  seed,
  density,
  pens,
}: Omit<DrawingRequest, 'filename'>): Drawn => {
  const canvas = openCanvas({ width, height, density, pens, random: createRandom(seed) });
  patterns[patternType](canvas);
  const { layers, ...lengths } = planPens(canvas.strokes);
  const title = `${patternType.replaceAll('_', ' ')}, seed ${seed}`;
  return {
    svg: writeSvg({ layers }, { width, height, title }),
    paths: layers.reduce((count, { paths }) => count + paths.length, 0),
    ...lengths,
  };
};
