import { el } from './element.js';

const [WIDTH, HEIGHT] = [900, 240];

/** A field to sign in, with a pen, a finger or a mouse; `content()` is a data URL, or null while empty. */
export const createSignaturePad = () => {
  const canvas = el('canvas', {
    className: 'pad',
    width: WIDTH,
    height: HEIGHT,
    role: 'img',
    aria: { label: 'Sign here with a pen, a finger or a mouse' },
  });
  const pen = canvas.getContext('2d');
  Object.assign(pen, { lineWidth: 5, lineCap: 'round', lineJoin: 'round', strokeStyle: '#1a2b6b' });
  let empty = true;
  let at = null;

  const placeOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) * WIDTH) / width, ((clientY - top) * HEIGHT) / height];
  };
  const begin = (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    at = placeOf(event);
  };
  const draw = (event) => {
    if (at === null) return;
    // What the pointer did between two frames makes the line round.
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length > 0 ? passed : [event]) {
      const to = placeOf(each);
      pen.beginPath();
      pen.moveTo(...at);
      pen.lineTo(...to);
      pen.stroke();
      at = to;
    }
    empty = false;
  };
  const lift = () => {
    at = null;
  };
  canvas.addEventListener('pointerdown', begin);
  canvas.addEventListener('pointermove', draw);
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, lift);

  const clear = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    empty = true;
  };
  const wipe = el('button', { type: 'button', className: 'quiet' }, 'Clear');
  wipe.addEventListener('click', clear);
  return {
    element: el('div', { className: 'signature' }, canvas, wipe),
    content: () => (empty ? null : canvas.toDataURL('image/png')),
    clear,
  };
};
