import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { download } from "#lib/evidence/download.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";

const product = testProduct();
const root = path.join(import.meta.dirname, "..");

/** A worker that dies at the first point it has not died at before. */
function startMortalWorker(visited: string): ChildProcess {
  const entry = [
    "--import",
    path.join(root, "worker/testing-crash.ts"),
    "worker/main.ts",
    `--visited=${visited}`,
  ];
  const env = { PATH: process.env.PATH, NODE_ENV: "test" as const, ...product().settings };
  return spawn(process.execPath, entry, { cwd: root, env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

test("killed between every two steps, the envelope still completes once, and every signature stands once", async () => {
  const visited = path.join(product().folder, "visited");
  let isOver = false;
  let kills = 0;
  let worker: ChildProcess;
  const startNext = (): void => {
    worker = startMortalWorker(visited);
    worker.once("exit", (_, signal) => {
      if (signal === "SIGKILL") kills++;
      if (!isOver) startNext();
    });
  };
  startNext();
  try {
    const ctx = await (await product().newOrganization()).member("sender");
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
    for (const name of ["Ana Ruiz", "Ben Okafor"]) {
      await until(
        ctx,
        envelopeId,
        ({ recipients }) =>
          recipients.some(
            (person) => person.name === name && person.isTheirTurn && person.notifiedAt !== null,
          ),
        180_000,
      );
      await sign(await personWith(ctx, await linkFor(ctx, envelopeId, name)));
    }
    const done = await until(ctx, envelopeId, ({ state }) => state === "completed", 240_000);

    const points = readFileSync(visited, "utf8").trim().split("\n");
    expect(points.length).toBe(kills);
    for (const kind of ["certified", "signed", "sealed", "validation-data", "time-stamped"])
      for (const point of ["intended", "worked", "stored", "accepted"])
        expect(points).toContain(`${kind}: ${point}`);
    for (const point of [
      "signed: key made",
      "signed: certificate issued",
      "signature: signed",
      "signature: time-stamped",
    ])
      expect(points).toContain(point);

    const { brokenAt, entries } = await readChain(ctx, envelopeId);
    expect(brokenAt).toBeNull();
    const count = (type: string) => entries.filter((entry) => entry.type === type).length;
    expect(count("document.certified")).toBe(1);
    expect(count("signature.made")).toBe(2);
    expect(count("envelope.sealed")).toBe(1);
    expect(count("audit-trail.created")).toBe(1);
    expect(count("envelope.completed")).toBe(1);
    expect(done.certificates).toHaveLength(3);

    const wanted = { kind: "document", documentId: done.documents[0]!.id, variant: "current" } as const;
    const { bytes } = await download(ctx, { envelopeId, wanted });
    const pdf = new Uint8Array(await new Response(bytes).arrayBuffer());
    expect(qpdfFaults(pdf)).toBe("");
    const report = inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text);
    expect(report.match(/Signature is Valid\./g)).toHaveLength(4);
    expect(report.match(/^Signature #/gm)).toHaveLength(5);
  } finally {
    isOver = true;
    worker!.kill("SIGKILL");
  }
}, 900_000);
