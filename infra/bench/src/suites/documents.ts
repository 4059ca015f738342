import { fork } from 'node:child_process';
import { ensureChromium } from '@shared/embedded';
import { quantile, type Run, summarise } from '../metric.ts';
import type { BrowserCommands, ContractCommands } from '../peers/contract-commands.ts';
import { startContractService } from '../peers/contract-service.ts';
import type { SideName } from '../peers/sides.ts';
import { type Peer, talkTo } from '../peers/start-peer.ts';
import { repeat, taking } from '../rounds.ts';
import type { Suite } from '../suite.ts';
import { SuiteSkippedError } from '../suite-skipped-error.ts';

/** Of 10,000 jobs a hundred contracts in a round. */
const SHARE = 0.01;
const LEAST = 10;
const BUDGET_MS = 90_000;
const MIB = 1_048_576;

/** What teams print contracts with today takes twice as long, and five times the memory. */
const PROMISED = { time: 0.5, memory: 0.2 };

type Side = { name: SideName; peer: Peer<ContractCommands> };

const start = (module: string, args: readonly string[] = []) =>
  fork(new URL(`../peers/${module}`, import.meta.url), args, { serialization: 'json' });

/**
 * The typesetter beside the browser; `rss` is that of our whole service, as the Procfile starts it, after
 * as many contracts.
 */
export const documents: Suite = {
  name: 'documents',
  summary: 'a contract of two pages as PDF, one after the other, warm',
  rival: 'Chromium, one page kept open',

  async run(bench) {
    const found = await ensureChromium();
    if ('missing' in found) throw new SuiteSkippedError(found.missing, found.fix);
    await using ours = await talkTo<ContractCommands>('ours', start('ours-contracts.ts'));
    await using service = await startContractService(bench.redisUrl);
    await using rival = await talkTo<BrowserCommands>(
      'Chromium',
      start('chromium-contracts.ts', [found.path]),
    );
    const sides: readonly [Side, Side] = [
      { name: 'ours', peer: ours },
      { name: 'rival', peer: rival },
    ];
    const contracts = Math.max(Math.round(bench.jobs * SHARE), LEAST);
    const took: Record<'p50' | 'p95' | 'rss', Run[]> = { p50: [], p95: [], rss: [] };
    await repeat(bench, BUDGET_MS, async (round) => {
      const run = {
        p50: { ours: 0, rival: 0 },
        p95: { ours: 0, rival: 0 },
        rss: { ours: 0, rival: 0 },
      };
      for (const { name, peer } of taking(round, sides)) {
        const times = await peer.ask('make', { contracts });
        run.p50[name] = quantile(times, 0.5);
        run.p95[name] = quantile(times, 0.95);
      }
      await service.make(contracts);
      run.rss.ours = (await service.rssBytes()) / MIB;
      run.rss.rival = (await rival.ask('rssBytes', null)) / MIB;
      for (const metric of ['p50', 'p95', 'rss'] as const) took[metric].push(run[metric]);
    });
    return {
      contract_p50: summarise(took.p50, { unit: 'ms', better: 'lower', must: PROMISED.time }),
      contract_p95: summarise(took.p95, { unit: 'ms', better: 'lower' }),
      rss: summarise(took.rss, { unit: 'MiB', better: 'lower', must: PROMISED.memory }),
    };
  },
};
