import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import { z } from 'zod';
import { runCommand } from './run-command.ts';

/** A target of one project that nx has run, or found in its cache. */
export type TaskRun = {
  project: string;
  target: string;
  ok: boolean;
  seconds: number;
  output: readonly string[];
};

/** Beside the rest of nx's files; by default it would lie in the home directory. */
const CACHE = join(PROJECT_ROOT, '.nx', 'cache');

const NX_ENVIRONMENT = {
  NX_DAEMON: 'false',
  NX_CACHE_DIRECTORY: CACHE,
  FORCE_COLOR: '0', // It would ask every tool for colours.
  npm_config_update_notifier: 'false',
};

/** The record that nx leaves of its last run: `status` is the exit code. */
const RunRecord = z.object({
  tasks: z.array(
    z.object({
      projectName: z.string(),
      target: z.string(),
      startTime: z.string(),
      endTime: z.string(),
      status: z.number(),
    }),
  ),
});

/** What nx prints before the output of a task that has ended, as `project:target`. */
const HEADING = /^> nx run (\S+)/;

/** What its summary of all tasks begins with. */
const CLOSING = ' NX ';

/**
 * Runs targets over projects, and gives each task's outcome. When nx fails of something else than a
 * task, `problem` is what it printed.
 *
 * @param args what follows `nx run-many`.
 * @param onTask hears of each task as it ends, before it is known how.
 */
export const runNx = async (
  args: readonly string[],
  {
    stop,
    onTask,
  }: { stop: AbortSignal; onTask: (task: { project: string; target: string }) => void },
): Promise<{ tasks: readonly TaskRun[]; problem: readonly string[] | undefined }> => {
  const recordPath = join(CACHE, 'run.json');
  await rm(recordPath, { force: true });
  const outputs = new Map<string, string[]>();
  let current: string[] = [];
  const onLine = (line: string) => {
    if (line.startsWith(CLOSING)) current = [];
    const task = HEADING.exec(line)?.[1];
    if (task === undefined) return void current.push(line);
    current = [];
    outputs.set(task, current);
    const at = task.lastIndexOf(':');
    onTask({ project: task.slice(0, at), target: task.slice(at + 1) });
  };
  const nx = join(PROJECT_ROOT, 'node_modules', '.bin', 'nx');
  const command = [nx, 'run-many', ...args, '--output-style=static'];
  const { ok, lines } = await runCommand(command, { stop, env: NX_ENVIRONMENT, onLine });
  const { tasks } = await readRecord(recordPath);
  const runs = tasks.map((task) => ({
    project: task.projectName,
    target: task.target,
    ok: task.status === 0,
    seconds: (Date.parse(task.endTime) - Date.parse(task.startTime)) / 1_000,
    output: (outputs.get(`${task.projectName}:${task.target}`) ?? []).filter(isWorthReading),
  }));
  const explained = ok || runs.some((run) => !run.ok);
  return { tasks: runs, problem: explained ? undefined : lines };
};

/** npm repeats in many lines that the script failed. */
const isWorthReading = (line: string) => !line.startsWith('npm error');

const readRecord = async (path: string) => {
  const text = await readFile(path, 'utf8').catch(() => '{"tasks":[]}');
  return RunRecord.parse(JSON.parse(text));
};
