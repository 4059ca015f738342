import type { ContractForm } from '@shared/contracts';
import { RHYTHMS } from '../quote/prices.ts';
import type { Quote } from '../quote/quote.ts';
import { clausesOf } from './clauses.ts';

type Party = { name: string; details: string[] };

/** All that a contract says, as text: what `contract.typ` is given as JSON. */
export type ContractPage = {
  title: string;
  number: string;
  /** For the metadata of the file. */
  description: string;
  date: { year: number; month: number; day: number };
  dateText: string;
  business: Party;
  client: Party;
  preamble: string;
  /** Name and value. */
  terms: [string, string][];
  lines: { label: string; quantity: string; unit: string; amount: string }[];
  total: string;
  monthly: string | null;
  /** Name and wording. */
  clauses: [string, string][];
  /** A paragraph each. */
  notes: string[];
  closing: string;
};

/**
 * Words a contract.
 *
 * @param options.date the day it is made, in UTC.
 */
export const wordContract = (
  form: ContractForm,
  { contractId, date, quote }: { contractId: number; date: Date; quote: Quote },
): ContractPage => {
  const number = `C-${date.getUTCFullYear()}-${String(contractId).padStart(6, '0')}`;
  const business = {
    name: form.businessName ?? 'The service provider',
    details: present(form.businessAddress),
  };
  const client = {
    name: form.clientName ?? 'The client',
    details: present(form.address, form.clientEmail, form.clientPhone),
  };
  const money = moneyIn(quote.currency);
  return {
    title: 'Cleaning Agreement',
    number,
    description: `Cleaning agreement between ${business.name} and ${client.name}`,
    date: { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    dateText: dayText(date),
    business,
    client,
    preamble:
      'The service provider cleans the premises named below, and the client pays for it, ' +
      'at the prices and on the terms of this agreement.',
    terms: termsOf(form),
    lines: quote.lines.map(({ label, quantity, unitMinor, amountMinor }) => ({
      label,
      quantity: quantity === null ? '' : String(quantity),
      unit: unitMinor === null ? '' : money(unitMinor),
      amount: money(amountMinor),
    })),
    total: money(quote.totalMinor),
    monthly:
      quote.monthlyMinor === null
        ? null
        : `At this rhythm a month comes to ${money(quote.monthlyMinor)} on average.`,
    clauses: clausesOf(form),
    notes: (form.notes ?? '').split(/\n\s*\n|\n/).filter((note) => note.trim() !== ''),
    closing:
      'By signing, both parties accept this agreement as a whole. Each of them keeps a copy.',
  };
};

const termsOf = (form: ContractForm): [string, string][] => [
  ['Premises', form.address ?? 'As agreed between the parties'],
  ['Extent', extentOf(form)],
  ['Rhythm', RHYTHMS[form.frequency].label],
  [
    form.frequency === 'once' ? 'Day of the visit' : 'First visit',
    form.startDate === undefined
      ? 'As agreed between the parties'
      : dayText(new Date(`${form.startDate}T00:00:00Z`)),
  ],
  ['Payment', 'Within 7 days of each invoice'],
];

const extentOf = ({ rooms, bathrooms, squareFootage }: ContractForm): string =>
  [
    rooms > 0 ? counted(rooms, 'room') : '',
    bathrooms > 0 ? counted(bathrooms, 'bathroom') : '',
    squareFootage > 0 ? `${squareFootage.toLocaleString('en-US')} square feet` : '',
  ]
    .filter((part) => part !== '')
    .join(', ') || 'As agreed between the parties';

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const present = (...texts: (string | undefined)[]) =>
  texts.filter((text) => text !== undefined && text !== '') as string[]; // The filter says so.

const dayText = (date: Date) =>
  date.toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' });

const moneyIn = (currency: string) => {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  // A real minus sign: the hyphen is too short beside figures.
  return (minor: number) => format.format(minor / 100).replace('-', '\u2212');
};
