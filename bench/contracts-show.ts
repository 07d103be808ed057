import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { migrateDatabase } from "#db/migrate.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import type { FieldHint } from "#lib/envelopes/core/hints/hint.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { findHints } from "#lib/envelopes/hints/find-hints.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { CONTRACTS } from "./contracts.ts";
import { openBenchRuntime, openSender } from "./signing-bench.ts";

// Ten contracts of different origin (browser, word processor, spreadsheet, form program, scanner), their places to fill
// in found by anchors and detection: what was found, missed, and suggested where nothing belongs. Usage:
//   node bench/contracts-show.ts [folder for pictures]

const pictures = process.argv[2];
const folder = mkdtempSync(path.join(tmpdir(), "whereof-contracts-"));
const server = await startPostgres({ folder });
try {
  const { adminUrl, appUrl } = server;
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, appUrl);
  const { ctx } = await openSender(runtime);
  const work = path.join(folder, "contracts");
  mkdirSync(work);
  console.log(
    "| Contract | Places | Found | Of another kind | Missed | Beside a place | Tags not understood |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const contract of CONTRACTS) {
    const pdf = await contract.make(work);
    const envelopeId = await createEnvelope(ctx, { title: contract.name });
    async function* bytes() {
      yield pdf;
    }
    const { id: documentId } = await addDocument(ctx, { envelopeId, name: "contract.pdf" }, bytes());
    const { hints, unknown } = await findHints(ctx, { envelopeId, documentId });
    const { missed, unsure, beside } = compare(contract.places, hints);
    const count = contract.places.length;
    const told = (types: readonly string[]) => (types.length > 0 ? types.join(", ") : "none");
    console.log(
      `| ${contract.name} | ${count} | ${count - missed.length} | ${told(unsure)} | ${told(missed)} | ${told(beside)} | ${told(unknown.map(({ text }) => text))} |`,
    );
    if (pictures) await draw(pictures, contract.name, pdf, hints);
  }
  await runtime.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** By kind: a place is found when something of its kind is suggested, as often as there are places. */
function compare(places: readonly string[], hints: readonly FieldHint[]) {
  const left: string[] = hints.map(({ type }) => type);
  const missed: string[] = [];
  for (const place of places) {
    const at = left.indexOf(place);
    if (at < 0) missed.push(place);
    else left.splice(at, 1);
  }
  // Where nobody can read what a line is for, the place is found and its kind is not.
  const unsure = missed.splice(0, Math.min(missed.length, left.length));
  return { missed, unsure, beside: left.slice(unsure.length) };
}

async function draw(to: string, name: string, pdf: Uint8Array, hints: readonly FieldHint[]): Promise<void> {
  mkdirSync(to, { recursive: true });
  const base = path.join(to, name.replaceAll(/\W+/g, "-").toLowerCase());
  writeFileSync(`${base}.pdf`, pdf);
  execFileSync("mutool", ["draw", "-q", "-r", "80", "-o", `${base}-%d.png`, `${base}.pdf`]);
  for (const page of new Set([0, ...hints.map((hint) => hint.page)])) {
    const file = `${base}-${page + 1}.png`;
    const { width, height } = await sharp(file).metadata();
    const boxes = hints
      .filter((hint) => hint.page === page)
      .map(
        (hint) =>
          `<rect x="${hint.x * width}" y="${hint.y * height}" width="${hint.width * width}" height="${hint.height * height}" fill="#0a7" fill-opacity="0.25" stroke="#0a7"/><text x="${hint.x * width}" y="${hint.y * height - 1}" font-size="8" fill="#c00">${hint.type}</text>`,
      );
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${boxes.join("")}</svg>`,
    );
    writeFileSync(
      file,
      await sharp(readFileSync(file))
        .composite([{ input: svg }])
        .png()
        .toBuffer(),
    );
  }
}
