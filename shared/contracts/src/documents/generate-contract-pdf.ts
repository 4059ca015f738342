import { z } from 'zod';
import { defineTask } from '../task.ts';
import { contractForm } from './contract-form.ts';
import { contractSignature } from './signature/contract-signature.ts';

/**
 * Quotes what a form asks for, typesets the contract with the client's signature, and stores it as PDF.
 * Safe to run twice: one job makes one contract.
 */
export const generateContractPdf = defineTask({
  name: 'documents.generate-contract-pdf',
  queue: 'documents',
  payload: z.strictObject({
    clientId: z.int().positive(),
    /** The business that the contract is with: a user's id, or as another program calls it. */
    ownerUid: z.string().min(1).max(128),
    formData: contractForm,
    signature: contractSignature,
  }),
  // Named as the Python programs and the pages that poll the job know them.
  result: z.strictObject({
    contract_id: z.int(),
    /** Opens the PDF for whoever has it, for a week. */
    pdf_url: z.url(),
    status: z.literal('completed'),
  }),
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 5_000, maxDelayMs: 300_000, jitter: 0.2 },
  timeoutMs: 300_000,
  keepResultMs: 3_600_000,
  python: {
    name: 'generate_contract_pdf_task',
    args: ['clientId', 'ownerUid', 'formData', 'signature'],
  },
});
