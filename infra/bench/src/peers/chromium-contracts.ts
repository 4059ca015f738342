import { type Browser, chromium, type Page } from 'playwright-core';
import { treeRssBytes } from '../python/process-tree.ts';
import { benchContract, WARM_UP } from './bench-contract.ts';
import type { BrowserCommands } from './contract-commands.ts';
import { serveCommands } from './serve-commands.ts';

// The browser's path, as the bench found it.
const executablePath = process.argv[2] ?? '';
let opened: { browser: Browser; page: Page } | undefined;
let made = 0;

/** One page, used again and again: the fastest way to print with a browser. */
const open = async () => {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath, args });
  return { browser, page: await browser.newPage({ javaScriptEnabled: false, offline: true }) };
};

const html = (n: number): string => {
  const { page } = benchContract(n);
  const rows = page.lines.map(
    ({ label, quantity, unit, amount }) =>
      `<tr><td>${label}<td>${quantity}<td>${unit}<td>${amount}</tr>`,
  );
  const terms = page.terms.map(([name, value]) => `<dt>${name}<dd>${value}`);
  const clauses = page.clauses.map(([name, words]) => `<h2>${name}</h2><p>${words}</p>`);
  const style = 'body{font:11pt serif;text-align:justify}table{width:100%}';
  return `<!doctype html><html lang="en"><title>${page.title}</title><style>${style}</style>
    <h1>${page.title}</h1><p>${page.number}, ${page.dateText}</p>
    <p>${page.business.name}</p><p>${page.client.name}</p><p>${page.preamble}</p>
    <dl>${terms.join('')}</dl><table>${rows.join('')}</table><p>${page.total}</p>
    ${clauses.join('')}<p>${page.notes.join('<br>')}</p><p>${page.closing}</p></html>`;
};

const makeOne = async (): Promise<number> => {
  opened ??= await open();
  const began = performance.now();
  await opened.page.setContent(html(made++));
  await opened.page.pdf({ format: 'Letter', tagged: true });
  return performance.now() - began;
};

serveCommands({
  async make({ contracts }) {
    const cold = Math.max(WARM_UP - made, 0);
    const took: number[] = [];
    for (let i = 0; i < cold + contracts; i++) took.push(await makeOne());
    return took.slice(cold);
  },
  rssBytes: async () => (await treeRssBytes(process.pid)) ?? process.memoryUsage.rss(),
} satisfies BrowserCommands);
process.on('exit', () => void opened?.browser.close());
