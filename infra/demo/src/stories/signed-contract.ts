import sharp from 'sharp';
import { z } from 'zod';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import type { Story } from './story.ts';

const Submitted = z.looseObject({ jobId: z.string() });

const Made = z.looseObject({ contract_id: z.int(), pdf_url: z.url(), status: z.string() });

export const signedContract: Story = {
  title: 'A client fills in a form and signs; a contract comes back as PDF',
  async play({ http, follow, link, say }, { id: ownerUid, token }) {
    const { jobId } = await http.json('/clients/public/submit', Submitted, {
      method: 'POST',
      body: {
        ownerUid,
        formData: {
          frequency: 'Weekly',
          rooms: 5,
          bathrooms: 2,
          squareFootage: 2_100,
          extras: ['inside oven', 'laundry'],
          clientName: 'Grace Hopper',
          clientEmail: 'grace@example.com',
          address: '1 Compiler Court, Arlington',
          businessName: 'Bright & Calm Cleaning',
        },
        signature: `data:image/png;base64,${(await signature()).toString('base64')}`,
      },
      expect: 202,
    });
    say('A form went in without an account; its answer is a ticket for this one job');

    const [job] = await follow([{ jobId, name: 'documents.generate-contract-pdf' }], { token });

    const { contract_id: id, pdf_url: url } = Made.parse(job?.result);
    const { content, contentType } = await http.bytes(url);
    const isPdf = contentType === 'application/pdf' && content.toString('latin1', 0, 5) === '%PDF-';
    if (!isPdf) throw new WrongResultError('The contract is wrong', `it is ${contentType}`);
    const owners = await http.bytes(`/contracts/${id}/pdf`, { token });
    if (!owners.content.equals(content)) {
      throw new WrongResultError('The contract is wrong', 'its owner sees another one');
    }
    link(jobId, url);
    say(
      `Contract ${id}: ${Math.ceil(content.length / 1e3)} kB, for its owner and for who has the link`,
    );
  },
};

/** What a hand leaves on a signature pad. */
const signature = (): Promise<Buffer> => {
  const stroke = 'M20 120 C 60 20 90 20 80 110 S 150 90 150 90 S 190 60 200 120 S 300 30 400 90';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="160"><path d="${stroke}" fill="none" stroke="#1a2b6b" stroke-width="4" stroke-linecap="round"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
};
