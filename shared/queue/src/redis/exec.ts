type Pipeline = { exec(): Promise<[error: Error | null, answer: unknown][] | null> };

/**
 * Sends a pipeline's commands and returns what they answered. A pipeline by itself never fails: what a
 * command of it was refused for (out of memory, read-only) stands in its place and is easily overlooked.
 *
 * @throws the first error.
 */
export const exec = async (pipeline: Pipeline): Promise<unknown[]> => {
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
};
