import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Processes started by `parent`, as /proc tells. */
const childrenOf = (parent: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[1] === String(parent);
      } catch {
        return false;
      }
    })
    .map(Number);

test.skipIf(!existsSync("/proc/self/stat"))(
  "a task without end does not outlive a killed parent",
  async () => {
    const script = fileURLToPath(new URL("../testing/sandbox-script.ts", import.meta.url));
    const parent = spawn(process.execPath, [script, "processes", "loop"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(parent.stdout, "data");
    await sleep(1_000);
    const [child] = childrenOf(parent.pid!);
    expect(child).toBeGreaterThan(0);

    parent.kill("SIGKILL");
    await once(parent, "exit");
    for (let tries = 0; existsSync(`/proc/${child}`) && tries < 40; tries++) await sleep(100);
    expect(existsSync(`/proc/${child}`)).toBe(false);
  },
);
