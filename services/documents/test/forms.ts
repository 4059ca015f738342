import { contractForm } from '@shared/contracts';
import sharp from 'sharp';

/** A form as a client fills it in. */
export const filledIn = (change: Record<string, unknown> = {}) =>
  contractForm.parse({
    frequency: 'Weekly',
    rooms: 5,
    bathrooms: 2.5,
    squareFootage: 2_140,
    extras: ['inside oven', 'Laundry', 'eco-products'],
    clientName: 'Aurélie Østergaard-Nguyễn',
    clientEmail: 'aurelie@example.com',
    clientPhone: '+1 555 014 7788',
    address: '48 Linden Crescent, Apt. 3, Portland, OR 97205',
    businessName: 'Bright & Calm Cleaning Co.',
    businessAddress: '1200 NW Naito Parkway, Portland, OR 97209',
    startDate: '2026-12-07',
    notes: 'Please use the side entrance.\nThe study desk stays as it is.',
    ...change,
  });

const STROKE =
  'M20 140 C 60 20, 90 20, 80 120 S 120 180 150 90 S 190 60 200 130 S 250 170 270 100 ' +
  'C 290 40 320 60 310 120 S 360 160 380 100 S 430 70 440 120 S 520 140 600 70';

/** What a signature pad makes of a hand. */
export const signaturePng = (): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="620" height="200"><path d="${STROKE}" ` +
        'fill="none" stroke="#1a2b6b" stroke-width="5" stroke-linecap="round"/></svg>',
    ),
  )
    .png()
    .toBuffer();

export const dataUrl = (content: Buffer, type = 'image/png'): string =>
  `data:${type};base64,${content.toString('base64')}`;
