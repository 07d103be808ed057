import { parentPort } from "node:worker_threads";
import { isRefusal } from "#lib/errors.ts";
import type { Tasks } from "#lib/ports/sandbox.ts";
import { endWithParent } from "./end-with-parent.ts";
import type { Reply, Request } from "./isolate.ts";

const movable = new WeakMap<object, readonly ArrayBuffer[]>();

/** For a handler to return: `output`, whose `buffers` a thread moves to the caller instead of copying. */
export function moving<Output extends object>(output: Output, buffers: readonly ArrayBuffer[]): Output {
  movable.set(output, buffers);
  return output;
}

/** The whole of a sandbox's entry module: does the tasks of the pool that started it, one at a time. */
export function serveTasks(tasks: Tasks): void {
  const send = sender();
  const serve = async ({ task, input }: Request): Promise<void> => {
    try {
      if (!Object.hasOwn(tasks, task)) throw new Error(`the sandbox knows no task ${task}`);
      const output = await tasks[task]!(input as never);
      send({ is: "done", output }, movable.get(output as object) ?? []);
    } catch (error) {
      send(asReply(error), []);
    }
  };
  if (parentPort) parentPort.on("message", serve);
  else process.on("message", serve);
  send({ is: "ready" }, []);
}

/** Throws where an output cannot be cloned, so that this becomes the task's answer. */
function sender(): (reply: Reply, buffers: readonly ArrayBuffer[]) => void {
  if (parentPort) {
    const port = parentPort;
    return (reply, buffers) => port.postMessage(reply, buffers);
  }
  if (!process.send) throw new Error("nobody started this module as a sandbox");
  endWithParent();
  return (reply) => void process.send!(reply);
}

function asReply(error: unknown): Reply {
  if (isRefusal(error)) {
    const { kind, code, message } = error;
    return { is: "refused", kind, code, message };
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { is: "failed", name, message, stack };
}
