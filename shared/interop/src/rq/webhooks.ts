import type { Logger } from '@shared/service';
import { z } from 'zod';
import type { RqForeign } from './foreign.ts';

const DEFAULT_SECONDS = 10;

/** As RQ's clients from 2.10 write them (`webhook.py`). */
export const rqWebhooks = z.array(
  z.object({
    url: z.url({ protocol: /^https?$/ }),
    job_status: z.enum(['finished', 'failed']),
    method: z.enum(['GET', 'POST']).default('GET'),
    headers: z.record(z.string(), z.string()).nullable().default(null),
    timeout: z.number().positive().default(DEFAULT_SECONDS),
  }),
);

export type RqWebhooks = z.output<typeof rqWebhooks>;

/** None where they cannot be read: as in RQ, they never keep a job from its work. */
export const webhooksIn = (text: string | undefined, log: Logger): RqWebhooks => {
  if (text === undefined) return [];
  try {
    return rqWebhooks.parse(JSON.parse(text));
  } catch (error) {
    log.warn({ error }, 'RQ webhooks could not be read');
    return [];
  }
};

/** Tells those who want to know that a job finished or failed. What goes wrong is logged and nothing else. */
export const sendWebhooks = async (
  run: Pick<RqForeign, 'id' | 'name' | 'enqueuedAt' | 'webhooks'>,
  status: 'finished' | 'failed',
  { text, log }: { text: string; log: Logger },
): Promise<void> => {
  const wanted = run.webhooks.filter((webhook) => webhook.job_status === status);
  if (wanted.length === 0) return;
  const body = JSON.stringify({
    job_id: run.id,
    func_name: run.name,
    status,
    enqueued_at: run.enqueuedAt === null ? null : isoformat(run.enqueuedAt),
    ended_at: isoformat(new Date().toISOString()),
    ...(status === 'failed' ? { exc_info: text } : {}),
  });
  await Promise.all(
    wanted.map(async ({ url, method, headers, timeout }) => {
      try {
        const answer = await fetch(url, {
          method,
          headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
          ...(method === 'POST' && { body }),
          signal: AbortSignal.timeout(timeout * 1_000),
        });
        await answer.body?.cancel();
        if (!answer.ok)
          log.warn({ jobId: run.id, answer: answer.status }, 'RQ webhook was refused');
      } catch (error) {
        log.warn({ jobId: run.id, error }, 'RQ webhook could not be sent');
      }
    }),
  );
};

/** `2026-01-31T09:00:00.123000+00:00`, as Python's own method has it: its readers may take nothing else. */
const isoformat = (time: string): string => {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}${/[1-9]/.test(fraction) ? `.${fraction.padEnd(6, '0')}` : ''}+00:00`;
};
