import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Sandbox, Tasks } from "#lib/ports/sandbox.ts";
import type { StartIsolate } from "./isolate.ts";
import { MEMORY_BYTES, pool, type SandboxSettings } from "./pool.ts";

const LAST_WORDS_LENGTH = 2_000;

/**
 * A sandbox of child processes, for hostile bytes: whatever a task does, it is at most its own process that ends.
 * Inputs and outputs are copied, `transfer` or not.
 */
export function processes<T extends Tasks>(settings: SandboxSettings): Sandbox<T> {
  return pool(startProcess(settings), settings);
}

function startProcess({ entry, memoryBytes = MEMORY_BYTES }: SandboxSettings): StartIsolate {
  return (onEvent) => {
    const heapLimit = `--max-old-space-size=${Math.ceil(memoryBytes / 1024 ** 2)}`;
    const child = spawn(process.execPath, [heapLimit, fileURLToPath(entry)], {
      // No environment of ours: what a task needs is in its input. With few arenas the C library uses freed memory again
      // instead of asking for more (measured, drawing pages: 310 MB instead of 400).
      env: { MALLOC_ARENA_MAX: "2" } as never,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
    });
    const errors = child.stderr as Socket;
    errors.unref();
    let lastWords = "";
    errors.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS_LENGTH);
    });
    child.on("message", onEvent as (message: unknown) => void);
    child.on("error", (cause) => onEvent({ is: "ended", isOutOfMemory: false, cause }));
    child.on("close", (code, signal) => {
      const cause = new Error(`the process ended with ${signal ?? code}: ${lastWords}`);
      onEvent({ is: "ended", isOutOfMemory: /heap out of memory|invalid size error/.test(lastWords), cause });
    });

    return {
      send: (request) => void child.send(request as never, () => {}),
      heldBytes: () => residentBytes(child.pid),
      setIdle(isIdle) {
        for (const held of [child, child.channel]) held?.[isIdle ? "unref" : "ref"]();
      },
      end: () => void child.kill("SIGKILL"),
    };
  };
}

/** What the kernel counts; where there is no /proc, V8's limit on the heap has to do. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
