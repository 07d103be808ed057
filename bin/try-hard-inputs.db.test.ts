import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDatabase } from "#db/testing.ts";
import { sourceOf } from "#lib/bytes.ts";
import { validateDocument } from "#lib/evidence/validate-document.ts";
import { run as runProgram } from "#lib/pdf/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { type HardInput, LARGE, REFUSED, SOUND } from "./testing/hard-inputs.ts";
import { mutated } from "./testing/mutations.ts";
import { changedShare } from "./testing/same-pages.ts";
import { type TryOutcome, TryRun } from "./try-run.ts";

const SIGNERS = 2;
let folder: string;
let trial: TryRun;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "whereof-hard-"));
  const { adminUrl, appUrl } = await newDatabase();
  trial = await TryRun.start({ folder, adminUrl, appUrl, level: "B-LTA", logLevel: "silent" });
});
afterAll(async () => {
  await trial?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Tried {
  readonly outcome: TryOutcome;
  readonly out: string;
}

async function attempt(name: string, bytes: Uint8Array): Promise<Tried> {
  const out = path.join(folder, name.replace(/\W+/g, "-"));
  mkdirSync(out);
  writeFileSync(`${out}.pdf`, bytes);
  const outcome = await trial.file({ file: `${out}.pdf`, out, signers: SIGNERS, timeoutMs: 60_000 });
  return { outcome, out };
}

const codeOf = (outcome: TryOutcome) => (outcome.status === "sealed" ? "sealed" : outcome.code);

/** What strangers and our own validator say of a sealed file; empty when nobody has anything against it. */
function objections({ out }: Tried): string[] {
  const sealed = path.join(out, "sealed.pdf");
  const found: string[] = [];
  const report = runProgram("pdfsig", [sealed]).text;
  // Certification, one for each signer, and the seal; poppler does not judge time-stamps.
  const valid = report.match(/Signature is Valid/g)?.length ?? 0;
  if (valid !== SIGNERS + 2 || /Invalid|Mismatch/i.test(report)) found.push(`pdfsig: ${valid} valid`);
  if (!report.includes("Total document signed")) found.push("pdfsig: not the total document");
  const checked = runProgram("qpdf", ["--check", sealed]);
  if (checked.status !== 0) found.push(`qpdf: ${checked.text.slice(0, 300)}`);
  const { verdict, signatures } = validateDocument(sourceOf(new Uint8Array(readFileSync(sealed))), {
    ...{ name: "sealed.pdf", now: new Date() },
    anchors: [trustAnchorOf(new Uint8Array(readFileSync(path.join(out, "root.cer"))))],
  });
  if (verdict !== "passed" || signatures[0]?.level !== "B-LTA") found.push(`own: ${verdict}`);
  return found;
}

/** Programs differ in what they make of these originals: MuPDF does not draw the first, and fills forms its own way. */
const DRAWN_OTHERWISE: Readonly<Record<string, number | null>> = {
  "a circular page tree": null,
  "a form of its own": 0.002,
};

function looksTheSame(input: HardInput, { out }: Tried): void {
  const allowed = DRAWN_OTHERWISE[input.name] === undefined ? 0 : DRAWN_OTHERWISE[input.name]!;
  const share = changedShare(path.join(out, "original.pdf"), path.join(out, "sealed.pdf"), 0);
  if (allowed !== null) expect(share, input.name).toBeLessThanOrEqual(allowed);
}

/** As many at a time as the command line does; the order of the answers is that of the inputs. */
async function attemptAll(inputs: readonly { name: string; bytes(): Uint8Array }[]): Promise<Tried[]> {
  const results: Tried[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < inputs.length; index = next++)
      results[index] = await attempt(inputs[index]!.name, inputs[index]!.bytes());
  };
  await Promise.all(Array.from({ length: trial.parallel }, worker));
  return results;
}

test("what people really send is sealed, holds, and looks as before", { timeout: 240_000 }, async () => {
  const results = await attemptAll(SOUND);
  for (const [index, input] of SOUND.entries()) {
    const tried = results[index]!;
    expect(codeOf(tried.outcome), input.name).toBe(input.outcome);
    expect(objections(tried), input.name).toEqual([]);
    looksTheSame(input, tried);
  }
});

test("a thousand pages, a hundred thousand objects, a hundred megabytes", { timeout: 240_000 }, async () => {
  for (const input of LARGE) {
    const tried = await attempt(input.name, input.bytes());
    expect(codeOf(tried.outcome), input.name).toBe(input.outcome);
    expect(objections(tried), input.name).toEqual([]);
    rmSync(tried.out, { recursive: true });
  }
});

test("what cannot be taken is refused in words of its own", { timeout: 120_000 }, async () => {
  const results = await attemptAll(REFUSED);
  for (const [index, input] of REFUSED.entries()) {
    const { outcome } = results[index]!;
    expect(codeOf(outcome), input.name).toBe(input.outcome);
    expect(outcome.status === "refused" && outcome.sentence, input.name).toMatch(/^[A-Z].+\.$/);
  }
});

test("files with random faults are sealed and hold, or refused", { timeout: 120_000 }, async () => {
  const inputs = Array.from({ length: 12 }, (_, index) => ({
    name: `faulty ${index}`,
    bytes: () => mutated(SOUND[index % SOUND.length]!.bytes(), `faults ${index}`),
  }));
  const results = await attemptAll(inputs);
  for (const [index, tried] of results.entries()) {
    expect(tried.outcome.status, inputs[index]!.name).not.toBe("failed");
    // A fault in the page itself is kept as it was; qpdf then says so of the original too.
    const found = tried.outcome.status === "sealed" ? objections(tried) : [];
    expect(
      found.filter((one) => !one.startsWith("qpdf")),
      inputs[index]!.name,
    ).toEqual([]);
  }
});
