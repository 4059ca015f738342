import { z } from 'zod';

/** What can be ordered beside the regular cleaning. */
export const EXTRAS = [
  'inside_oven',
  'inside_fridge',
  'inside_windows',
  'inside_cabinets',
  'laundry',
  'ironing',
  'balcony',
  'garage',
  'pets',
  'eco_products',
] as const;

export type Extra = (typeof EXTRAS)[number];

/** `Every 2 weeks`, `inside oven`, `Bi-Weekly`: people's words for one of ours. */
const word = (text: unknown) =>
  typeof text === 'string'
    ? text
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_')
    : text;

const FREQUENCY_WORDS: Readonly<Record<string, string>> = {
  one_time: 'once',
  onetime: 'once',
  single: 'once',
  every_week: 'weekly',
  bi_weekly: 'biweekly',
  fortnightly: 'biweekly',
  every_2_weeks: 'biweekly',
  every_two_weeks: 'biweekly',
  every_month: 'monthly',
};

const frequency = z.preprocess(
  (text) => {
    const said = word(text);
    return typeof said === 'string' ? (FREQUENCY_WORDS[said] ?? said) : said;
  },
  z.enum(['once', 'weekly', 'biweekly', 'monthly']),
);

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `must have at most ${max} characters`)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const paragraphs = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `must have at most ${max} characters`)
    .regex(/^[\P{Cc}\n\r\t]*$/u, 'must not hold control characters');

/**
 * What a client fills in to be quoted; the price follows from it alone. Fields that are not known here
 * are left out, since forms carry more than contracts need.
 */
export const contractForm = z.object({
  frequency: frequency.default('once'),
  /** Living and bed rooms together. */
  rooms: z.coerce.number().int().min(0).max(60).default(1),
  bathrooms: z.coerce.number().min(0).max(30).multipleOf(0.5).default(1),
  /** Whole square feet. */
  squareFootage: z.coerce.number().int().min(0).max(100_000).default(0),
  extras: z
    .array(z.preprocess(word, z.enum(EXTRAS)))
    .max(EXTRAS.length)
    .default([]),
  clientName: line(120).optional(),
  clientEmail: z.email().max(254).optional(),
  clientPhone: line(40).optional(),
  /** Where the work is done. */
  address: line(240).optional(),
  businessName: line(120).optional(),
  businessAddress: line(240).optional(),
  /** As in `2026-05-31`; agreed between the parties unless given. */
  startDate: z.iso.date().optional(),
  notes: paragraphs(2_000).optional(),
});

export type ContractForm = z.output<typeof contractForm>;
