import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { qpdfFaults } from "#lib/pdf/testing.ts";
import { getRetention } from "#lib/retention/get-retention.ts";
import { downloadDestruction, listDestroyed } from "#lib/retention/list-destroyed.ts";
import { completedLongAgo, letThrough, office } from "#lib/retention/testing.ts";

const product = testProduct();
const root = path.join(import.meta.dirname, "..");

function startWorker(visited: string | null): ChildProcess {
  const mortal = ["--import", path.join(root, "worker/testing-crash.ts")];
  const entry = visited ? [...mortal, "worker/main.ts", `--visited=${visited}`] : ["worker/main.ts"];
  const env = { PATH: process.env.PATH, NODE_ENV: "test" as const, ...product().settings };
  return spawn(process.execPath, entry, { cwd: root, env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

const STEPS = [
  "purge: key destroyed",
  "purge: files gone",
  "purge: files noted",
  "purge: people forgotten",
  "purge: recorded",
  "destruction: written",
  "destruction: stored",
  "destruction: certified",
];

test("killed after every step of a destruction, it goes on, happens once, and is certified once", async () => {
  const people = await office(product());
  const { owner, sender, organization } = people;
  const healthy = startWorker(null);
  const { id: envelopeId } = await completedLongAgo(product(), sender, 7).finally(() =>
    healthy.kill("SIGKILL"),
  );
  const folder = path.join(product().folder, "files/org", organization.id, "envelopes", envelopeId);
  expect(existsSync(folder)).toBe(true);
  const destructionId = await letThrough(people, [envelopeId]);

  const visited = path.join(product().folder, "visited");
  let isOver = false;
  let kills = 0;
  let worker: ChildProcess;
  const startNext = (): void => {
    worker = startWorker(visited);
    worker.once("exit", (_, signal) => {
      if (signal === "SIGKILL") kills++;
      if (!isOver) startNext();
    });
  };
  startNext();
  try {
    const certificate = async () =>
      (await listDestroyed(owner, {})).destructions.find(({ id }) => id === destructionId)?.certificate ??
      null;
    await expect.poll(certificate, { timeout: 240_000, interval: 200 }).not.toBeNull();
    const points = () => readFileSync(visited, "utf8").trim().split("\n");
    await expect.poll(() => points().includes(STEPS.at(-1)!), { timeout: 30_000 }).toBe(true);
    for (const step of STEPS) expect(points()).toContain(step);
    await expect.poll(() => kills, { timeout: 30_000 }).toBe(points().length);
  } finally {
    isOver = true;
    worker!.kill("SIGKILL");
  }

  expect((await getRetention(owner, { envelopeId })).queue).toBe("purged");
  expect(existsSync(folder)).toBe(false);
  const { brokenAt, entries } = await readChain(owner, envelopeId);
  expect(brokenAt).toBeNull();
  const once = ["purge.begun", "people.forgotten", "envelope.purged"];
  expect(entries.map(({ type }) => type).filter((type) => once.includes(type))).toEqual(once);
  const own = await readChain(owner, null);
  expect(own.entries.filter(({ type }) => type === "destruction.certified")).toHaveLength(1);
  const { bytes } = await downloadDestruction(owner, { destructionId });
  expect(qpdfFaults(new Uint8Array(await new Response(bytes).arrayBuffer()))).toBe("");
}, 600_000);
