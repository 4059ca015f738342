import { ensurePythonPackages, ensurePythonSource } from '@shared/embedded';

/** Celery's sources, and a Python that has that release and what its tests need. */
export type CelerySuite = { folder: string; python: string; env: { PYTHONPATH: string } };

const PYTEST = [
  'pytest==8.4.2',
  'pytest-order==1.5.0',
  'pytest-rerunfailures==16.7',
  'pytest-subtests==0.15.0',
  'pytest-timeout==2.4.0',
  'psutil==7.2.2',
];

/** Releases whose suites were seen to pass, with the packages that go with them. */
const RELEASES = {
  '5.6.3': ['kombu==5.6.2', 'redis==6.4.0'],
  '5.7.0': ['hiredis==3.5.0'],
} as const;

export type SuiteRelease = keyof typeof RELEASES;

export const isSuiteRelease = (text: string): text is SuiteRelease => text in RELEASES;

/** Fetched once per machine; or why it cannot be. */
export const openCelerySuite = async (
  release: SuiteRelease,
): Promise<CelerySuite | { missing: string; fix: string }> => {
  const source = await ensurePythonSource(`celery==${release}`);
  if ('missing' in source) return source;
  const packages = [`celery[redis,pydantic]==${release}`, ...RELEASES[release], ...PYTEST];
  const found = await ensurePythonPackages(`celery-suite-${release}`, packages);
  return 'missing' in found ? found : { ...source, ...found };
};
