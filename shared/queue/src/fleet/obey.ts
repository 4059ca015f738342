import type { Command, CommandResults, WorkerSettings } from '../control/command.ts';
import type { AutoscaleRange } from './autoscale-range.ts';
import type { WorkerInfo } from './worker-info.ts';

/** The levers of a worker. */
export type Controls = {
  describe(): WorkerInfo;
  pause(): void;
  resume(): void;
  setConcurrency(slots: number): void;
  /** Null: the number of slots stays as it is. */
  setAutoscale(range: AutoscaleRange | null): void;
  cancel(jobId: string, reason: string): boolean;
  /** How long running jobs may go on once the worker shuts down. */
  graceMs(): number;
  setGraceMs(ms: number): void;
};

/** Carries a command out; returns what is answered to it. */
export const obey = (command: Command, controls: Controls): CommandResults[Command['name']] => {
  const resize = (slots: number): WorkerSettings => {
    controls.setAutoscale(null);
    controls.setConcurrency(Math.max(slots, 1));
    return settingsOf(controls);
  };
  switch (command.name) {
    case 'ping':
      return { uptimeMs: Date.now() - controls.describe().startedAt.getTime() };
    case 'stats':
      return controls.describe();
    case 'pause':
      controls.pause();
      return settingsOf(controls);
    case 'resume':
      controls.resume();
      return settingsOf(controls);
    case 'grow':
      return resize(controls.describe().concurrency + command.by);
    case 'shrink':
      return resize(controls.describe().concurrency - command.by);
    case 'concurrency':
      return resize(command.to);
    case 'autoscale':
      controls.setAutoscale(command.range);
      return settingsOf(controls);
    case 'cancel':
      return { running: controls.cancel(command.jobId, command.reason) };
    case 'shutdown':
      controls.setGraceMs(command.graceMs ?? controls.graceMs());
      return { running: controls.describe().runningCount, graceMs: controls.graceMs() };
  }
};

const settingsOf = ({ describe }: Controls): WorkerSettings => {
  const { state, concurrency, autoscale } = describe();
  return { paused: state === 'paused', concurrency, autoscale };
};
