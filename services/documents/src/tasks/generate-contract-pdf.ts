import { generateContractPdf } from '@shared/contracts';
import { implement } from '@shared/queue';
import { type ContractServices, makeContract } from '../make-contract.ts';

export const createGenerateContractPdf = (services: ContractServices) =>
  implement(generateContractPdf, (request, attempt) => makeContract(request, attempt, services));
