import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { sandboxContract } from "#lib/ports/sandbox.contract.ts";
import { memoryFiles } from "../files/memory-files.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import type { sandboxTasks } from "../testing/sandbox-tasks.ts";
import { processes } from "./processes.ts";
import { threads } from "./threads.ts";

const at = (name: string) => new URL(`../testing/${name}`, import.meta.url);
const entry = at("sandbox-entry.ts");
const kinds = { threads, processes } as const;
const names = ["threads", "processes"] as const;

for (const name of names) {
  sandboxContract(name, (limits) => kinds[name]<typeof sandboxTasks>({ entry, ...limits }), true);
}

test.for(names)("%s open a stored file by its handle", async (name) => {
  const files = memoryFiles(memoryMasterKey());
  await files.put("a.enc", [Buffer.from("hello world")]);
  const sandbox = kinds[name]<typeof sandboxTasks>({ entry });
  const { release, ...handle } = await files.handle("a.enc");
  const start = await sandbox.run("readStart", { handle });
  expect(Buffer.from(start).toString()).toBe("hello");

  const stranger = { ...handle, key: "b.enc" };
  await expect(sandbox.run("readStart", { handle: stranger })).rejects.toMatchObject({
    code: "files/damaged",
  });
  await release();
  await expect(sandbox.run("readStart", { handle })).rejects.toMatchObject({ code: "files/not-found" });
  await sandbox.close();
});

test.for(names)("%s that cannot start refuse every task, and try once for each", async (name) => {
  const sandbox = kinds[name]({ entry: at("no-such-module.ts") });
  const results = await Promise.allSettled([1, 2, 3].map(() => sandbox.run("add", {} as never)));
  for (const result of results) expect(result).toMatchObject({ reason: { code: "sandbox/crashed" } });
});

test.for(names)("%s keep their program alive for their tasks, and let it end after", async (name) => {
  const program = [fileURLToPath(at("sandbox-script.ts")), name, "add"];
  const { stdout } = await promisify(execFile)(process.execPath, program, { timeout: 20_000 });
  expect(stdout).toBe("started\n3\n4\n5\n");
});
