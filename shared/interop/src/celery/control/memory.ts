/** Samples are kept for whoever dumps them, but not for ever. */
const MOST = 10_000;

const BYTES = { GB: 2 ** 30, MB: 2 ** 20, KB: 2 ** 10 } as const;

/** Five figures at most, as in `56.12MB`. */
const inWords = (bytes: number): string => {
  const [unit, size] = Object.entries(BYTES).find(([, least]) => bytes >= least) ?? ['b', 1];
  return `${Number((bytes / size).toPrecision(5))}${unit}`;
};

const resident = () => inWords(process.memoryUsage.rss());

/** What `memsample` notes and `memdump` shows, with the words of Celery's worker that has psutil. */
export const createMemorySamples = () => {
  let samples: string[] = [];
  return {
    sample(): string {
      const current = resident();
      samples = [...samples.slice(1 - MOST), current];
      return current;
    },
    /** Shows at most so many of them, evenly chosen, and forgets all. */
    dump(most: number): string {
      const step = samples.length <= most ? 1 : Math.floor(samples.length / most);
      const shown = samples.filter((_, at) => at % step === 0).slice(0, most);
      samples = [];
      const heading = shown.length === 0 ? [] : ['- rss (sample):'];
      const lines = [...heading, ...shown.map((size) => `-    > ${size},`)];
      return [...lines, `- rss (end): ${resident()}.`, ''].join('\n');
    },
  };
};

export type MemorySamples = ReturnType<typeof createMemorySamples>;
