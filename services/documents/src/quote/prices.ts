import type { ContractForm, Extra } from '@shared/contracts';

export const CURRENCY = 'USD';

/** The price list. All amounts are of one visit, in minor units: 1999 is 19.99. */
export const PRICES = {
  /** Coming at all, with tools and supplies. */
  visit: 4_500,
  room: 1_450,
  bathroom: 2_200,
  /** Floor beyond what rooms commonly have, for each 100 square feet begun. */
  hundredSquareFeet: 380,
  /** Square feet that each room and bathroom accounts for already. */
  includedSquareFeetPerRoom: 150,
  /** No visit costs less. */
  minimum: 9_000,
} as const;

export const EXTRA_PRICES: Readonly<Record<Extra, { label: string; minor: number }>> = {
  inside_oven: { label: 'Inside of the oven', minor: 3_500 },
  inside_fridge: { label: 'Inside of the fridge', minor: 3_000 },
  inside_windows: { label: 'Windows, inside', minor: 4_500 },
  inside_cabinets: { label: 'Inside of cabinets', minor: 4_000 },
  laundry: { label: 'Laundry, one load', minor: 2_500 },
  ironing: { label: 'Ironing, half an hour', minor: 2_000 },
  balcony: { label: 'Balcony or patio', minor: 1_800 },
  garage: { label: 'Garage, swept', minor: 2_800 },
  pets: { label: 'Pet hair', minor: 1_500 },
  eco_products: { label: 'Ecological products', minor: 900 },
};

type Rhythm = {
  label: string;
  /** Of the price, in whole percent, for coming often. */
  discountPercent: number;
  /** Null for a single visit. */
  visitsPerYear: number | null;
};

export const RHYTHMS: Readonly<Record<ContractForm['frequency'], Rhythm>> = {
  once: { label: 'One visit', discountPercent: 0, visitsPerYear: null },
  weekly: { label: 'Every week', discountPercent: 20, visitsPerYear: 52 },
  biweekly: { label: 'Every two weeks', discountPercent: 15, visitsPerYear: 26 },
  monthly: { label: 'Every month', discountPercent: 10, visitsPerYear: 12 },
};
