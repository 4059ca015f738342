/** How long each of `count` calls took, in ms, one after the other. */
export const timeEach = async (count: number, call: () => Promise<unknown>): Promise<number[]> => {
  const took: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const began = performance.now();
    await call();
    took.push(performance.now() - began);
  }
  return took;
};
