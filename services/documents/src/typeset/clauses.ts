import type { ContractForm } from '@shared/contracts';

/** The terms that do not depend on the price: name and wording, in the order they are numbered. */
export const clausesOf = ({ frequency }: Pick<ContractForm, 'frequency'>): [string, string][] => [
  [
    'Services',
    'The service provider cleans the rooms and does the extras listed under the price, with care and by ' +
      'people who know the work. What is not listed is not part of this agreement; it can be added in ' +
      'writing at any time, at the price agreed then.',
  ],
  [
    'Access',
    'The client lets the cleaners in at the agreed time, or gives them a key, and sees to it that water ' +
      'and electricity are on. A visit that fails because nobody could get in is charged at half its price.',
  ],
  [
    'Price and payment',
    'The price is for each visit and includes tools, supplies and travel. It is due within seven days of ' +
      'the invoice. The service provider may change it for visits that are at least sixty days away, ' +
      'and says so in writing; the client may then end the agreement before the change takes effect.',
  ],
  frequency === 'once'
    ? [
        'Rescheduling',
        'Either party may move or cancel the visit free of charge until forty-eight hours before it. Later ' +
          'than that, the party that cancels owes the other half of its price.',
      ]
    : [
        'Rescheduling and ending',
        'Either party may move or skip a visit free of charge until forty-eight hours before it; later ' +
          'than that, half of its price is due. Either party may end the agreement in writing with ' +
          'fourteen days’ notice, and at once where the other breaks it in a way that matters.',
      ],
  [
    'Quality',
    'Where the work falls short, the client says so within forty-eight hours, and the service provider ' +
      'does it again at no charge. If it falls short a second time, the visit is not charged.',
  ],
  [
    'Care and liability',
    'The service provider is insured against damage done in the course of the work, and makes good what ' +
      'its people damage or lose through carelessness, up to the sum insured. The client puts away ' +
      'cash, jewellery and whatever cannot be replaced.',
  ],
  [
    'Privacy',
    'Keys, alarm codes and whatever the cleaners see or learn on the premises are kept in confidence, also ' +
      'after this agreement has ended. Personal details are used for this agreement alone.',
  ],
  [
    'In general',
    'This document holds all that was agreed; changes need writing. Should a part of it be void, the rest ' +
      'stands. The law of the place where the premises are applies.',
  ],
];
