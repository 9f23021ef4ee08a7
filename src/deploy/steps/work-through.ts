/**
 * Several workers share a list of tasks: each takes the first that may begin now, and waits where none may. What fails
 * leaves nothing more to do for the others. It knows nothing of what the tasks do.
 */
import { together } from "./backup/rows.ts";

export interface Task<Worker> {
  /** Whether it may begin now; asked again whenever another has ended. */
  readonly isReady: () => boolean;
  readonly begin?: () => void;
  readonly run: (worker: Worker) => Promise<void>;
  /** Whatever came of it. */
  readonly end?: () => void;
}

export async function workThrough<Worker>(
  workers: readonly Worker[],
  tasks: readonly Task<Worker>[],
): Promise<void> {
  const pending = new Set(tasks);
  let wake: (() => void)[] = [];
  const take = (): Task<Worker> | undefined => {
    for (const task of pending) {
      if (!task.isReady()) continue;
      pending.delete(task);
      task.begin?.();
      return task;
    }
    return undefined;
  };
  const work = async (worker: Worker): Promise<void> => {
    while (pending.size > 0) {
      const task = take();
      if (task === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      try {
        await task.run(worker);
      } catch (error) {
        pending.clear();
        throw error;
      } finally {
        task.end?.();
        for (const resolve of wake) resolve();
        wake = [];
      }
    }
  };
  await together(workers.map((worker) => work(worker)));
}
