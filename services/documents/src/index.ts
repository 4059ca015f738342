export { loadConfig } from './config.ts';
export { handlers } from './handlers.ts';
export { type Quote, quote, type QuoteLine } from './quote/quote.ts';
export { type ContractPage, wordContract } from './typeset/contract-page.ts';
export { createTypesetter, type Typesetter } from './typeset/typesetter.ts';
