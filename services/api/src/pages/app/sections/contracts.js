import { el, field } from '../element.js';
import { createForm } from '../forms.js';
import { createSignaturePad } from '../signature-pad.js';

const RHYTHMS = [
  ['weekly', 'Every week'],
  ['biweekly', 'Every two weeks'],
  ['monthly', 'Every month'],
  ['once', 'Once'],
];

const EXTRAS = [
  ['laundry', 'Laundry'],
  ['inside_oven', 'Oven'],
  ['inside_windows', 'Windows'],
  ['pets', 'Pet hair'],
];

/** The form that clients of one's business fill in, and the contracts that come of it. */
export const contracts = {
  id: 'contracts',
  title: 'Contracts',
  lead: 'What a client of yours fills in and signs becomes a contract as PDF, quoted and typeset.',
  open({ api, user, watch, toast, complain }) {
    const made = el('ul', { className: 'rows' });
    const pad = createSignaturePad();

    const show = async (jobId, clientName) => {
      const last = await watch({ jobId, title: `Contract with ${clientName}` });
      if (last?.status !== 'complete') return;
      const { contract_id: id, pdf_url: url } = last.result;
      const { pathname, search } = new URL(url);
      const link = el('a', { href: `${pathname}${search}`, target: '_blank' }, 'Open the PDF');
      made.prepend(
        el(
          'li',
          {},
          el('span', { className: 'face', aria: { hidden: 'true' } }, '§'),
          el(
            'div',
            {},
            el('strong', {}, clientName),
            el('div', { className: 'soft' }, `No. ${id}`),
          ),
          link,
        ),
      );
    };
    const form = createForm({
      label: 'Have the contract made',
      fields: [
        field('Name', el('input', { name: 'clientName', required: true, maxLength: 120 })),
        field('E-mail', el('input', { name: 'clientEmail', type: 'email', required: true })),
        field('Address', el('input', { name: 'address', maxLength: 240 })),
        field(
          'How often',
          el(
            'select',
            { name: 'frequency' },
            ...RHYTHMS.map(([value, label]) => el('option', { value }, label)),
          ),
        ),
        field('Rooms', number('rooms', 3)),
        field('Bathrooms', number('bathrooms', 1)),
        field('Square feet', number('squareFootage', 1_200)),
        el(
          'fieldset',
          { className: 'choices' },
          el('legend', {}, 'Extras'),
          ...EXTRAS.map(([name, label]) =>
            el('label', {}, el('input', { type: 'checkbox', name }), ` ${label}`),
          ),
        ),
        // No label around it: a click on the pad would press the first button inside.
        el('fieldset', { className: 'choices' }, el('legend', {}, 'Signature'), pad.element),
      ],
      onSend: async (values) => {
        const extras = EXTRAS.map(([name]) => name).filter((name) => values[name] === 'on');
        const { clientName, clientEmail, address, frequency } = values;
        const [rooms, bathrooms, squareFootage] = ['rooms', 'bathrooms', 'squareFootage'].map(
          (name) => Number(values[name]),
        );
        const { jobId } = await api.post('/clients/public/submit', {
          ownerUid: user.id,
          formData: {
            clientName,
            clientEmail,
            frequency,
            rooms,
            bathrooms,
            squareFootage,
            extras,
            ...(address === '' ? {} : { address }),
          },
          signature: pad.content(),
        });
        pad.clear();
        toast(`A contract with ${clientName} is on its way.`);
        void show(jobId, clientName).catch(complain);
      },
    });
    return [made, el('details', {}, el('summary', {}, 'Fill in the form'), form)];
  },
};

const number = (name, value) =>
  el('input', {
    name,
    type: 'number',
    min: 0,
    step: name === 'bathrooms' ? 0.5 : 1,
    defaultValue: value,
  });
