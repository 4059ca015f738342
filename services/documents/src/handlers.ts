import { generateContractPdf } from '@shared/contracts';
import { implement, type Implementation } from '@shared/queue';

/** Everything that this service does. What the handlers need they open in their threads. */
export const handlers: Implementation[] = [
  implement(generateContractPdf, new URL('tasks/generate-contract-pdf.ts', import.meta.url)),
];
