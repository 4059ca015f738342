import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensurePythonPackages, type PythonEnvironment } from '@shared/embedded';

/** The releases that the recordings were made with. */
export const CELERY_RELEASES = {
  '5.6': ['celery[redis]==5.6.3', 'kombu==5.6.2', 'redis==6.4.0'],
  '5.2': ['celery[redis]==5.2.6', 'kombu==5.2.4', 'redis==4.3.4', 'setuptools==69.5.1'],
} as const;

export type CeleryRelease = keyof typeof CELERY_RELEASES;

/** A Python with that Celery, or why there is none. Fetched once per machine. */
export const celeryPython = (
  release: CeleryRelease = '5.6',
): Promise<PythonEnvironment | { missing: string; fix: string }> =>
  ensurePythonPackages(`celery-${release}`, CELERY_RELEASES[release]);

/** Asks one Python process all questions, through a script beside this file. */
export const askScript = <Answer>(
  { python, env }: PythonEnvironment,
  script: string,
  questions: readonly unknown[],
): Answer[] => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout, stderr, status } = spawnSync(python, [path], {
    env: { ...process.env, ...env },
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(''),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
};
