import { quote, wordContract } from '@services/documents';
import { contractForm } from '@shared/contracts';

/** A form; the n-th differs from the others as those of different clients do. */
export const benchForm = (n: number) =>
  contractForm.parse({
    frequency: 'Weekly',
    rooms: 3 + (n % 5),
    bathrooms: 2,
    squareFootage: 1_500 + n,
    extras: ['inside oven', 'laundry'],
    clientName: `Client ${n}`,
    clientEmail: `client-${n}@example.com`,
    address: `${n} Linden Crescent, Portland, OR 97205`,
    businessName: 'Bright & Calm Cleaning Co.',
    businessAddress: '1200 NW Naito Parkway, Portland, OR 97209',
    startDate: '2026-12-07',
    notes: 'Please use the side entrance.\nThe study desk stays as it is.',
  });

/** The n-th form's contract, of two pages. */
export const benchContract = (n: number) => {
  const form = benchForm(n);
  const date = new Date('2026-11-25T10:00:00Z');
  return { page: wordContract(form, { contractId: n, date, quote: quote(form) }), date };
};

export const WARM_UP = 20;
