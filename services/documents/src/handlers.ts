import type { Implementation } from '@shared/queue';
import type { ContractServices } from './make-contract.ts';
import { createGenerateContractPdf } from './tasks/generate-contract-pdf.ts';

/** Everything that this service does. */
export const createHandlers = (services: ContractServices): Implementation[] => [
  createGenerateContractPdf(services),
];
