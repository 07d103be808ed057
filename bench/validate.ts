import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sourceOf } from "#lib/bytes.ts";
import { addStatus, FIELDS, prepared, sign, stamp } from "#lib/evidence/core/validation/testing.ts";
import { validateDocument } from "#lib/evidence/validate-document.ts";
import { at, DAY_MS, testSigner, testWorld, type World } from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { ms, table } from "./figures.ts";

// A PDF with 1, 10 and 50 signatures, each with a time-stamp, all with their status and under one document time-stamp:
// what a validation takes, whether that grows with the signatures only, and what pdfsig takes for the same file.

const COUNTS = [1, 10, 50];
const ROUNDS = 9;
/** A server has checked files before. */
const WARM_UPS = 4;
const MOST_OF_PDFSIG = 2;
/** Each further signature may cost so many times what it costs among the fewest. */
const LINEAR = 1.5;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
  try {
    const world = await testWorld();
    writeFileSync(path.join(folder, "root.cer"), world.root.certificateDer);
    const files = [];
    for (const count of COUNTS) files.push(await fileWith(count, world, folder));
    measure(files, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Signed {
  readonly count: number;
  readonly at: string;
  readonly bytes: Uint8Array;
  readonly world: World;
}

async function fileWith(count: number, world: World, folder: string): Promise<Signed> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const [, field] = FIELDS;
  let bytes = prepared(numbers.map((number) => ({ ...field!, name: `Place${number}`, lock: undefined })));
  const signers = [];
  for (const number of numbers) {
    const by = await testSigner(world.issuing);
    signers.push(by);
    bytes = await sign(bytes, world, { field: `Place${number}`, by, isDrawn: true });
  }
  bytes = await stamp(await addStatus(bytes, world, signers), world);
  const file = path.join(folder, `${count}.pdf`);
  writeFileSync(file, bytes);
  return { count, at: file, bytes, world };
}

function measure(files: readonly Signed[], folder: string): void {
  const rows: string[][] = [["", "size", "validated", "pdfsig", "", "as a program", ""]];
  const took: number[] = [];
  for (const { count, at: file, bytes, world } of files) {
    const terms = { name: null, now: at(DAY_MS), anchors: [trustAnchorOf(world.root.certificateDer)] };
    const ours: number[] = [];
    const theirs: number[] = [];
    const program: number[] = [];
    for (let round = 0; round < WARM_UPS; round++) validateDocument(sourceOf(bytes), terms);
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(timed(() => requirePassed(validateDocument(sourceOf(bytes), terms).signatures, count + 1)));
      theirs.push(timed(() => requireRun("pdfsig", ["-nocert", file], count)));
    }
    for (let round = 0; round < 3; round++)
      program.push(
        timed(() => {
          const args = ["bin/whereof.mjs", "verify", file, "--trust", path.join(folder, "root.cer")];
          const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
          if (status !== 0) throw new Error(`whereof verify ended with ${status}`);
        }),
      );
    // The fastest of each: what neighbors do to a round is in neither.
    const [own, other, whole] = [Math.min(...ours), Math.min(...theirs), Math.min(...program)];
    took.push(own);
    const ratio = own / other;
    const said = `${ratio.toFixed(2)} × (at most ${MOST_OF_PDFSIG}: ${ratio <= MOST_OF_PDFSIG ? "kept" : "MISSED"})`;
    const size = `${Math.round(bytes.length / 1024)} kB`;
    rows.push([
      `${count} signatures`,
      size,
      ms(own),
      ms(other),
      said,
      ms(whole),
      `${(whole / other).toFixed(1)} ×`,
    ]);
  }
  table(rows);
  const [one, ten, fifty] = took as [number, number, number];
  const [early, late] = [(ten - one) / 9, (fifty - ten) / 40];
  const growth = late / early;
  console.log(
    `  each further signature: ${ms(early)} up to ten, ${ms(late)} up to fifty: ${growth.toFixed(2)} × (at most ${LINEAR}: ${growth <= LINEAR ? "kept" : "MISSED"})`,
  );
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function requirePassed(signatures: readonly { readonly verdict: string }[], count: number): void {
  const passed = signatures.filter(({ verdict }) => verdict === "passed").length;
  if (passed !== count) throw new Error(`${passed} of ${count} signatures passed`);
}

function requireRun(program: string, args: readonly string[], count: number): void {
  const { stdout } = spawnSync(program, args, { encoding: "utf8" });
  const valid = stdout.match(/Signature is Valid/g)?.length ?? 0;
  if (valid < count) throw new Error(`${program} calls ${valid} of ${count} signatures valid`);
}

await main();
