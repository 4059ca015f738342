import { hostname } from 'node:os';
import type { Activity } from '../engine/activity.ts';
import type { RunningAttempt } from '../worker/attempt.ts';
import type { Load } from './load-meter.ts';
import { MAX_RUNNING_SHOWN, type WorkerInfo } from './worker-info.ts';

/** What does not change while a worker lives, and what does; made into what it says of itself. */
export const describeWorker = ({
  self,
  now,
  activity,
  running,
  load,
}: {
  self: Pick<WorkerInfo, 'id' | 'version' | 'queues' | 'tasks' | 'origins' | 'startedAt'>;
  now: Pick<WorkerInfo, 'state' | 'concurrency' | 'autoscale' | 'deadlineAt'>;
  activity: Activity;
  running: ReadonlyMap<string, RunningAttempt>;
  load: Load;
}): WorkerInfo => {
  const { taken, complete, fail, retry, return: returned } = activity.counts;
  return {
    ...self,
    ...now,
    host: hostname(),
    pid: process.pid,
    heartbeatAt: new Date(),
    fetchedAt: new Date(activity.fetchedAt()),
    runningCount: running.size,
    running: longestRunning(running),
    load,
    rssBytes: process.memoryUsage.rss(),
    counters: { taken, completed: complete, failed: fail, retried: retry, returned },
  };
};

const longestRunning = (running: ReadonlyMap<string, RunningAttempt>): WorkerInfo['running'] =>
  // A Map keeps the order of insertion: the first ones run longest.
  [...running.values()].slice(0, MAX_RUNNING_SHOWN).map(({ attempt, startedAt }) => ({
    jobId: attempt.jobId,
    task: attempt.task,
    queue: attempt.queue,
    attempt: attempt.attempt,
    since: new Date(startedAt),
  }));
