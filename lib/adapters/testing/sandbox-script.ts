import { processes } from "../sandbox/processes.ts";
import { threads } from "../sandbox/threads.ts";
import type { sandboxTasks } from "./sandbox-tasks.ts";

/** A program that does a few tasks in a sandbox of that kind, prints their outputs and has no more to do. */
const [kind, task] = process.argv.slice(2) as ["threads" | "processes", "add" | "loop"];
const entry = new URL("./sandbox-entry.ts", import.meta.url);
const sandbox = { threads, processes }[kind]<typeof sandboxTasks>({ entry, size: 1, timeoutMs: 60_000 });
const endless = task === "loop" ? sandbox.run("loop", {} as never) : null;
console.log("started");
await endless;
for (const a of [1, 2, 3]) console.log(await sandbox.run("add", { a, b: 2 }));
