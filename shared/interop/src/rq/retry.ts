/** What a handler returns to have its job run again. */
export type RqRetry = {
  readonly $rqRetry: {
    readonly max: number;
    readonly intervalsMs: readonly number[];
    readonly atFront: boolean;
  };
};

/**
 * What Python functions do with `return Retry(max, interval)`: the job runs again, which is no failure of its
 * own; once it was asked for `max` times, it is. A thrown error is tried again by what the client asked for.
 *
 * @param options.intervalsMs the waits in turn, the last for all further ones; at once unless told.
 * @param options.atFront before everything else in its queue.
 */
export const rqRetry = ({
  max = 1,
  intervalsMs = [0],
  atFront = false,
}: { max?: number; intervalsMs?: readonly number[]; atFront?: boolean } = {}): RqRetry => ({
  $rqRetry: { max, intervalsMs, atFront },
});

/** A result that came out of an isolated handler is a copy: the name tells it. */
export const askedRetry = (result: unknown): RqRetry['$rqRetry'] | undefined =>
  typeof result === 'object' && result !== null && '$rqRetry' in result
    ? (result as RqRetry).$rqRetry // Nobody else names anything so.
    : undefined;

/**
 * What stands in a result for it, in base64: RQ's own class, called as in `rq.job.Retry(2, [0])`, which every
 * client has that knows such results. Our pickles hold no foreign classes, and this one is a line of text.
 */
export const retryValue = ({ max, intervalsMs }: RqRetry['$rqRetry']): string => {
  const intervals = intervalsMs.map((ms) => `I${Math.round(ms / 1_000)}\na`).join('');
  return Buffer.from(`\x80\x02crq.job\nRetry\n(I${max}\n(l${intervals}tR.`, 'latin1').toString(
    'base64',
  );
};

/** Seconds until it runs again. */
export const waitOfRetry = ({ intervalsMs }: RqRetry['$rqRetry'], before: number): number => {
  const wait = intervalsMs[Math.min(before, intervalsMs.length - 1)] ?? 0;
  return Math.round(wait / 1_000);
};
