import { el, field } from '../element.js';
import { createForm } from '../forms.js';

const PATTERNS = [
  ['spiral', 'Spiral'],
  ['flow_field', 'Flow'],
  ['truchet', 'Ribbons'],
  ['voronoi', 'Cells'],
  ['rose', 'Rose'],
  ['spirograph', 'Spirograph'],
  ['hilbert', 'Hilbert’s curve'],
  ['grid', 'Net'],
  ['hatch', 'Hatching'],
];

const MAX_SEED = 1_000_000;

const anySeed = () => Math.floor(Math.random() * MAX_SEED);

/** Patterns for pen plotters. */
export const drawings = {
  id: 'drawings',
  title: 'Drawings',
  lead: 'Patterns for a pen plotter, drawn with as little travel of the pen as can be. A seed is a drawing.',
  open({ api, watch, complain, signal }) {
    const pictures = el('div', { className: 'pictures' });
    const seed = el('input', {
      name: 'seed',
      type: 'number',
      min: 0,
      max: MAX_SEED,
      value: anySeed(),
    });

    const objectUrl = async (path) => {
      const address = await api.objectUrl(path);
      signal.addEventListener('abort', () => URL.revokeObjectURL(address));
      return address;
    };
    const show = async ({ drawing, jobId }, name) => {
      const last = await watch({ jobId, title: name });
      if (last?.status !== 'complete') return;
      const { filename } = last.result;
      const [preview, svg] = await Promise.all([
        objectUrl(drawing.previewUrl),
        objectUrl(drawing.url),
      ]);
      pictures.prepend(
        el(
          'figure',
          {},
          el('img', { src: preview, alt: name, className: 'paper' }),
          el('figcaption', {}, name, ' ', el('a', { href: svg, download: filename }, 'SVG')),
          el('p', { className: 'travel' }, travelled(last.result)),
        ),
      );
    };
    const form = createForm({
      label: 'Draw it',
      fields: [
        field(
          'Pattern',
          el(
            'select',
            { name: 'patternType' },
            ...PATTERNS.map(([value, label]) => el('option', { value }, label)),
          ),
        ),
        field('Seed', seed),
        field('Density, 1 to 10', count('density', 10, 5)),
        field('Pens, 1 to 4', count('pens', 4, 1)),
      ],
      onSend: async ({ patternType, ...numbers }) => {
        const wanted = Object.fromEntries(
          Object.entries(numbers).map(([name, value]) => [name, Number(value)]),
        );
        const filename = `${patternType}-${wanted.seed}.svg`;
        const asked = await api.post('/drawings', { patternType, ...wanted, filename });
        // The form is emptied to its defaults: the next drawing is another one.
        seed.defaultValue = anySeed();
        void show(asked, filename.replace('.svg', '')).catch(complain);
      },
    });
    return [pictures, form];
  },
};

const count = (name, max, value) =>
  el('input', { name, type: 'number', min: 1, max, defaultValue: value });

const travelled = ({ drawnMm, travelBeforeMm, travelMm }) => {
  const spared = travelBeforeMm - travelMm < 100 ? '' : ` instead of ${metres(travelBeforeMm)}`;
  return `${metres(drawnMm)} m drawn, ${metres(travelMm)}${spared} m of travel`;
};

const metres = (millimetres) => (millimetres / 1_000).toFixed(1);
