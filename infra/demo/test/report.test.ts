import { expect, test } from 'vitest';
import { renderReport } from '../src/report.ts';
import { aFollowedJob } from './a-followed-job.ts';

test('each job has a line with its queue, task, id, status, time and link', () => {
  const report = renderReport([
    aFollowedJob({ queue: 'emails', jobId: 'mail-1' }, 'http://mailbox/1'),
    aFollowedJob({ queue: 'images', jobId: 'a-longer-id', status: 'failed', finishedAt: null }),
  ]);

  expect(report).toBe(
    [
      'queue   task     job          status    seconds  result',
      'emails  do.work  mail-1       complete  1.50     http://mailbox/1',
      'images  do.work  a-longer-id  failed',
    ].join('\n'),
  );
});
