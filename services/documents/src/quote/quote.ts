import type { ContractForm } from '@shared/contracts';
import { CURRENCY, EXTRA_PRICES, PRICES, RHYTHMS } from './prices.ts';

/** One row of the price table; a discount's amount is negative. Amounts are in minor units. */
export type QuoteLine = {
  label: string;
  /** Null where counting says nothing. */
  quantity: number | null;
  unitMinor: number | null;
  amountMinor: number;
};

export type Quote = {
  currency: string;
  lines: QuoteLine[];
  /** Of one visit: the sum of the lines. */
  totalMinor: number;
  /** What a month comes to on average; null for a single visit. */
  monthlyMinor: number | null;
};

/** What one visit costs by the price list. The same form always gives the same quote. */
export const quote = (form: ContractForm): Quote => {
  const { discountPercent, visitsPerYear, label } = RHYTHMS[form.frequency];
  const lines = [
    counted('Visit, tools and supplies', 1, PRICES.visit),
    counted('Rooms', form.rooms, PRICES.room),
    counted('Bathrooms', form.bathrooms, PRICES.bathroom),
    counted('Further floor, per 100 sq ft', furtherHundreds(form), PRICES.hundredSquareFeet),
    ...[...new Set(form.extras)].map((extra) => {
      const { label, minor } = EXTRA_PRICES[extra];
      return counted(label, 1, minor);
    }),
  ].filter(({ quantity }) => quantity !== 0);

  const discount = -share(sum(lines), discountPercent);
  if (discount !== 0) lines.push(flat(`${discountPercent}% off: ${label.toLowerCase()}`, discount));
  const missing = PRICES.minimum - sum(lines);
  if (missing > 0) lines.push(flat('Up to the least price of a visit', missing));

  const totalMinor = sum(lines);
  return {
    currency: CURRENCY,
    lines,
    totalMinor,
    monthlyMinor: visitsPerYear === null ? null : Math.round((totalMinor * visitsPerYear) / 12),
  };
};

/** Hundreds of square feet, begun ones whole, beyond what the rooms account for. */
const furtherHundreds = ({ squareFootage, rooms, bathrooms }: ContractForm): number => {
  const included = Math.ceil(rooms + bathrooms) * PRICES.includedSquareFeetPerRoom;
  return Math.ceil(Math.max(squareFootage - included, 0) / 100);
};

/** Half a bathroom makes half a price, which may end in half a cent. */
const counted = (label: string, quantity: number, unitMinor: number): QuoteLine => ({
  label,
  quantity,
  unitMinor,
  amountMinor: Math.round(quantity * unitMinor),
});

const flat = (label: string, amountMinor: number): QuoteLine => ({
  label,
  quantity: null,
  unitMinor: null,
  amountMinor,
});

const sum = (lines: readonly QuoteLine[]) =>
  lines.reduce((total, { amountMinor }) => total + amountMinor, 0);

/** Whole percent of an amount, half a cent rounded up. */
const share = (minor: number, percent: number) => Math.floor((minor * percent + 50) / 100);
