import { AppError, isRefusal } from "#lib/errors.ts";
import type { Sandbox, Tasks } from "#lib/ports/sandbox.ts";

/** The in-memory twin, for tests of what uses a sandbox: no isolation and no limits, the same answers. */
export function inlineSandbox<T extends Tasks>(tasks: T): Sandbox<T> {
  return {
    async run(task, input, { transfer = [] } = {}) {
      const cloned = structuredClone(input, { transfer: [...transfer] });
      if (!Object.hasOwn(tasks, task)) throw new Error(`the sandbox knows no task ${task}`);
      try {
        return structuredClone(await tasks[task]!(cloned as never)) as never;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new AppError(error.kind, error.code, error.message);
      }
    },
    async close() {},
  };
}
