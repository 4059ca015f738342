import type { FleetReply } from '@shared/queue';
import type { Context } from '../context.ts';
import { alignColumns } from '../table.ts';

/**
 * Prints what each worker answered, refusals and silence included.
 *
 * @param headings of what `cells` returns.
 * @returns the exit code: 1 if one did not answer or refused, or there was nobody to ask.
 */
export const printReplies = <Result>(
  replies: readonly FleetReply<Result>[],
  { print, warn }: Context,
  {
    json = false,
    headings,
    rows,
  }: {
    json?: boolean | undefined;
    headings: readonly string[];
    /** One or several lines of a worker, or none. */
    rows(result: Result): readonly (readonly string[])[];
  },
): number => {
  if (json) {
    print(JSON.stringify(replies, null, 2));
  } else if (replies.length === 0) {
    warn('No worker is there.');
  } else {
    const answered = replies.flatMap((reply) =>
      reply.ok ? rows(reply.result).map((cells) => [reply.worker, ...cells]) : [],
    );
    if (answered.length > 0) print(alignColumns([['worker', ...headings], ...answered]).join('\n'));
    for (const reply of replies) if (!reply.ok) warn(`${reply.worker}: ${reply.reason}.`);
  }
  return replies.length > 0 && replies.every(({ ok }) => ok) ? 0 : 1;
};
