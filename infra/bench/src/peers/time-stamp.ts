/** Now, finer than Date.now() and the same for all processes of this machine, as a label. */
export const timeStamp = (): string => String(performance.timeOrigin + performance.now());

/** How long ago a label was made, in ms. */
export const since = (stamp: string): number =>
  performance.timeOrigin + performance.now() - Number(stamp);
