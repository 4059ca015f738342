import type { AnyTask } from '@shared/contracts';

/** The tasks of a process by what Python programs call them. */
export type PythonTasks = {
  /** By the Python name, an alias, or the task's own name. */
  named(name: string): AnyTask | undefined;
  /** What Python programs see as registered: one name a task, sorted. */
  names(): readonly string[];
  readonly tasks: readonly AnyTask[];
};

export const pythonTasks = (tasks: readonly AnyTask[]): PythonTasks => {
  const byName = new Map<string, AnyTask>();
  for (const task of tasks) byName.set(task.name, task);
  // A Python name that is another task's own name would be a trap either way: the Python side asks here.
  for (const task of tasks) {
    for (const alias of task.python?.aliases ?? []) byName.set(alias, task);
    if (task.python !== undefined) byName.set(task.python.name, task);
  }
  const shown = tasks.map((task) => task.python?.name ?? task.name).sort();
  return { named: (name) => byName.get(name), names: () => shown, tasks };
};
