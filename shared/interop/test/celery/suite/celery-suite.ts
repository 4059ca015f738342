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

/** Fetched once per machine; or why it cannot be. */
export const openCelerySuite = async (
  release: string,
  beside: readonly string[],
): Promise<CelerySuite | { missing: string; fix: string }> => {
  const source = await ensurePythonSource(`celery==${release}`);
  if ('missing' in source) return source;
  const packages = [`celery[redis,pydantic]==${release}`, ...beside, ...PYTEST];
  const found = await ensurePythonPackages(`celery-suite-${release}`, packages);
  return 'missing' in found ? found : { ...source, ...found };
};
