import type { Path, Point } from './geometry.ts';
import type { PenPlan } from './pen/plan-pens.ts';

/** In the order pens are taken up. */
const PENS = [
  { name: 'black', colour: '#1b1b1f' },
  { name: 'blue', colour: '#1d5c86' },
  { name: 'red', colour: '#b5432f' },
  { name: 'ochre', colour: '#c08a1e' },
] as const;

/** Of a fine pen, in millimetres. */
const LINE_WIDTH = 0.3;

/**
 * The plan as SVG in millimetres: a layer for each pen, as Inkscape and plotter software understand
 * them, and the paths in the order they are drawn.
 */
export const writeSvg = (
  { layers }: Pick<PenPlan, 'layers'>,
  { width, height, title }: { width: number; height: number; title: string },
): string => {
  const groups = layers.map(({ pen, paths }) => {
    const { name, colour } = PENS[pen % PENS.length] ?? PENS[0];
    const label = `${pen + 1} ${name}`;
    return [
      `<g inkscape:groupmode="layer" inkscape:label="${label}" id="pen-${pen + 1}" fill="none" stroke="${colour}" stroke-width="${LINE_WIDTH}" stroke-linecap="round" stroke-linejoin="round">`,
      ...paths.map((path) => `<path d="${pathData(path)}"/>`),
      '</g>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeXml(title)}</title>`,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
};

/** Hundredths of a millimetre, each point from the one before: half the bytes of absolute points. */
const pathData = (path: Path): string => {
  let [x, y] = rounded(path[0] ?? [0, 0]);
  let data = `M${hundredths(x)} ${hundredths(y)}l`;
  path.slice(1).forEach((point, i) => {
    const [toX, toY] = rounded(point);
    data += `${i === 0 ? '' : ' '}${hundredths(toX - x)} ${hundredths(toY - y)}`;
    [x, y] = [toX, toY];
  });
  return data;
};

/** In whole hundredths, so that the differences add up. */
const rounded = ([x, y]: Point): [number, number] => [Math.round(x * 100), Math.round(y * 100)];

const hundredths = (whole: number): string => String(whole / 100);

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
