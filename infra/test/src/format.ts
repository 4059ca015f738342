import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import type { Outcome } from './outcome.ts';
import { runCommand } from './run-command.ts';

/** One check: whether every file is written as the formatter writes it. */
export const checkFormat = async (stop: AbortSignal): Promise<Outcome> => {
  const prettier = join(PROJECT_ROOT, 'node_modules', '.bin', 'prettier');
  const { ok, lines, seconds } = await runCommand([prettier, '--check', '--log-level=warn', '.'], {
    stop,
  });
  return {
    name: 'format',
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skipped: [],
    seconds,
    output: ok ? [] : [...lines, 'Put it right with: npm run format'],
  };
};
