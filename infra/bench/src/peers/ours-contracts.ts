import { startTypesetter } from '@services/documents';
import { benchContract, WARM_UP } from './bench-contract.ts';
import type { ContractCommands } from './contract-commands.ts';
import { serveCommands } from './serve-commands.ts';

const typesetter = startTypesetter();
const { signal } = new AbortController();
let made = 0;

const makeOne = async (): Promise<number> => {
  const began = performance.now();
  const { page, date } = benchContract(made++);
  await typesetter.typeset(page, { signature: undefined, made: date, signal });
  return performance.now() - began;
};

serveCommands({
  async make({ contracts }) {
    const cold = Math.max(WARM_UP - made, 0);
    const took: number[] = [];
    for (let i = 0; i < cold + contracts; i++) took.push(await makeOne());
    return took.slice(cold);
  },
} satisfies ContractCommands);
