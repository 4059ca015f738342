export { loadConfig } from './config.ts';
export { createHandlers } from './handlers.ts';
export { quote } from './quote/quote.ts';
export { wordContract } from './typeset/contract-page.ts';
export { startTypesetter } from './typeset/start-typesetter.ts';
