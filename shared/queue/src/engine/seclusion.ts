import type { Intake } from '../worker/intake.ts';

/** How a worker lets one job run with nothing beside it. */
export type Seclusion = {
  /** Takes nothing while the one job runs that it holds. */
  begin(): void;
  /** Takes nothing until it runs nothing, so that such a job can begin. */
  makeRoom(): void;
  /** A job has left the worker's hands. */
  left(): void;
};

/** A worker whose jobs do not end goes on taking others after this; another may be empty sooner. */
const MAKE_ROOM_MS = 30_000;

export const createSeclusion = (
  intake: Pick<Intake, 'withhold' | 'readmit'>,
  isEmpty: () => boolean,
): Seclusion => {
  let secluded = false;
  let timer: NodeJS.Timeout | undefined;

  const begin = () => {
    clearTimeout(timer);
    secluded = true;
    intake.withhold();
  };

  const end = () => {
    clearTimeout(timer);
    if (!secluded) return;
    secluded = false;
    intake.readmit();
  };

  const left = () => {
    if (isEmpty()) end();
  };

  return {
    begin,
    makeRoom() {
      begin();
      timer = setTimeout(end, MAKE_ROOM_MS).unref();
      left();
    },
    left,
  };
};
