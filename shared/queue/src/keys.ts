/**
 * Every key of ours. The prefix is a Redis Cluster hash tag, so that all of them lie in one slot and
 * one script may touch several queues.
 */
export type Keys = ReturnType<typeof keysOf>;

export const keysOf = (prefix: string) => {
  const root = `{${prefix}}`;
  return {
    /** What BullMQ calls its prefix. */
    root,
    /** The start of all of a queue's keys. */
    base: (queue: string) => `${root}:${queue}:`,
    /** The names of all queues that were ever enqueued to or served. */
    queues: `${root}:queues`,
    /** The queue whose keys start with `base`. */
    queueOf: (base: string) => base.slice(root.length + 1, -1),
    /** Stored values of jobs that have left. */
    orphans: `${root}:orphans`,
    /** Every stored value, by when it was last known to be of use; see stored-values.ts. */
    storedValues: `${root}:stored-values`,
    /** The jobs of a flow. */
    flow: (flowId: string) => `${root}:flow:${flowId}`,
    /** Gates that are still closed, by when they were made. */
    gates: `${root}:gates`,
    /** Ended jobs that have yet to tell those that wait for them. */
    releases: `${root}:releases`,
    /** The rule and the state of a limit; see lanes.lua. */
    limit: (name: string) => `${root}:limit:${name}`,
    /** Limits that jobs wait for, by when they give again. */
    limitsDue: `${root}:limits-due`,
    /** An index of jobs; see index.lua. */
    index: (name: string) => `${root}:by:${name}`,
    /** The words that failed jobs are found by. */
    words: `${root}:words`,
    /** Tasks whose jobs fail at once; see recover.lua. */
    quarantine: `${root}:quarantine`,
    /** The crashes that a task is blamed for. */
    crashes: (task: string) => `${root}:crashes:${task}`,
    /** Start of the channel of one job's news. */
    jobChannel: `${root}:job:`,
    /** The ids of the fleet's workers, by when they were last heard of. */
    workers: `${root}:workers`,
    /** What one worker says of itself; gone soon after the worker. */
    worker: (id: string) => `${root}:worker:${id}`,
    /** How long the runs of each task take, by the task's name. */
    runTimes: `${root}:run-times`,
    /** Channel that tells workers to read the commands. */
    control: `${root}:control`,
    /** Stream of commands to workers. */
    commands: `${root}:commands`,
    /** Stream of the answers to one command. */
    replies: (commandId: string) => `${root}:replies:${commandId}`,
  };
};
