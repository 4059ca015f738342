import { checkFormat } from './format.ts';
import { runNx } from './nx.ts';
import type { Outcome } from './outcome.ts';
import { findProjects, type Project } from './projects.ts';
import { describe } from './report.ts';
import { taskOutcome } from './task-outcome.ts';
import { forgetTestResults, readTestResults } from './test-results.ts';

/** Drives the whole platform in processes of its own, so it runs last, alone, and never from a cache. */
const END_TO_END = '@infra/e2e';

/** Two tasks at a time: the smallest machines have two processors. */
const PARALLEL = '--parallel=2';

type Options = { projects: readonly Project[]; say: (text: string) => void; stop: AbortSignal };

/** Formatting, lint and types of everything, every project's tests, then the end-to-end tests. */
export const runChecks = async ({ say, stop }: Omit<Options, 'projects'>): Promise<Outcome[]> => {
  const projects = await findProjects();
  await Promise.all(projects.map(({ directory }) => forgetTestResults(directory)));
  const options = { projects, say, stop };

  const format = await checkFormat(stop);
  say(describe(format));
  const lint = await runTarget('lint', [PARALLEL], options);
  const types = await runTarget('typecheck', [PARALLEL], options);
  const units = await runTarget('test', [PARALLEL, `--exclude=${END_TO_END}`], options);
  const endToEnd = await runTarget(
    'test',
    [`--projects=${END_TO_END}`, '--skip-nx-cache'],
    options,
  );
  return [format, ...lint, ...types, ...units, ...endToEnd];
};

/** Says what came of each project's tests as they end, and of the other targets in one line each. */
const runTarget = async (
  target: 'lint' | 'typecheck' | 'test',
  flags: readonly string[],
  { projects, say, stop }: Options,
): Promise<Outcome[]> => {
  if (stop.aborted) return [];
  const startedAt = Date.now();
  const resultsOf = async (name: string) => {
    const project = projects.find(({ manifest }) => manifest.name === name);
    return project && target === 'test' ? readTestResults(project.directory) : undefined;
  };
  const said: Promise<void>[] = [];
  const sayCounts = async (project: string) => {
    const results = await resultsOf(project);
    if (results !== undefined) say(describe({ name: project, output: [], ...results }));
  };
  const { tasks, problem } = await runNx(['-t', target, ...flags], {
    stop,
    onTask: ({ project }) => void said.push(sayCounts(project)),
  });
  await Promise.all(said);
  const seconds = (Date.now() - startedAt) / 1_000;
  const outcomes = await Promise.all(
    tasks.map(async (task) => taskOutcome(task, await resultsOf(task.project))),
  );
  if (problem !== undefined) {
    const name = `nx -t ${target}`;
    outcomes.push({ name, passed: 0, failed: 1, skipped: [], seconds, output: problem });
  }
  if (target !== 'test') say(describe(summed(target, outcomes, seconds)));
  return outcomes;
};

const summed = (name: string, outcomes: readonly Outcome[], seconds: number): Outcome => ({
  name,
  passed: outcomes.reduce((total, { passed }) => total + passed, 0),
  failed: outcomes.reduce((total, { failed }) => total + failed, 0),
  skipped: [],
  seconds,
  output: [],
});
