import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// What a stranger does with the files, with the stranger's own programs.

const folder = mkdtempSync(path.join(tmpdir(), "whereof-stranger-"));
const out = path.join(folder, "out");
const file = (name: string) => path.join(out, name);
const scratch = (name: string) => path.join(folder, name);
const program = path.join(import.meta.dirname, "whereof.mjs");

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const whereof = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: "utf8", timeout: 100_000 });

beforeAll(() => {
  const contract = path.join(import.meta.dirname, "../e2e/documents/nda.pdf");
  const { status, stderr } = whereof("try", contract, "--signers", "2", "--out", out);
  if (status !== 0) throw new Error(`try ended with ${status}: ${stderr}`);
  writeFileSync(scratch("root.pem"), run("openssl", "x509", "-inform", "DER", "-in", file("root.cer")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Signature {
  readonly cms: Buffer;
  readonly signed: Buffer;
  readonly isTimestamp: boolean;
}

/** Cut out by hand: the hole of each ByteRange, and everything around it. */
function signaturesIn(pdf: Buffer): Signature[] {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((match) => {
    const [start, length, next, rest] = match.slice(1).map(Number) as [number, number, number, number];
    const hole = text.slice(start + length + 1, next - 1);
    const padded = Buffer.from(hole, "hex");
    const lengthBytes = padded[1]! & 0x7f;
    const size = padded.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
    const dictionary = text.slice(text.lastIndexOf(" obj", start + length), next + 2_000);
    return {
      cms: padded.subarray(0, 2 + lengthBytes + size),
      signed: Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(next, next + rest)]),
      isTimestamp: /ETSI\.RFC3161/.test(dictionary.slice(0, 400) + text.slice(next, next + 400)),
    };
  });
}

test("every file of the main job is there", () => {
  const revisions = readdirSync(out).filter((name) => name.startsWith("revision-"));
  expect(revisions.toSorted()).toEqual([
    "revision-1-prepared.pdf",
    "revision-2-certified.pdf",
    "revision-3-signed.pdf",
    "revision-4-signed.pdf",
    "revision-5-sealed.pdf",
    "revision-6-validation-data.pdf",
    "revision-7-time-stamped.pdf",
  ]);
  for (const name of ["original.pdf", "audit-trail.pdf", "signer-1.cer", "signer-2.cer", "seal.cer"])
    expect(readFileSync(file(name)).length).toBeGreaterThan(0);
  const events = readFileSync(file("events.jsonl"), "utf8").trim().split("\n");
  expect(events.map((line) => JSON.parse(JSON.parse(line).body).type)).toContain("envelope.completed");
  // Each revision is the one before it with something appended; nothing is ever rewritten.
  for (const [index, name] of revisions.toSorted().entries()) {
    if (index === 0) continue;
    const before = readFileSync(file(revisions.toSorted()[index - 1]!));
    expect(readFileSync(file(name)).subarray(0, before.length).equals(before)).toBe(true);
  }
  expect(readFileSync(file("sealed.pdf")).equals(readFileSync(file(revisions.toSorted().at(-1)!)))).toBe(
    true,
  );
});

describe.each(["sealed.pdf", "audit-trail.pdf"])("%s", (name) => {
  test("holds for pdfsig, qpdf and mutool", () => {
    const report = run("pdfsig", file(name));
    const validations = [...report.matchAll(/Signature Validation: (.*)/g)].map((match) => match[1]);
    expect(validations.filter((words) => words === "Signature is Valid.")).toHaveLength(
      name === "sealed.pdf" ? 4 : 1,
    );
    expect(report).not.toMatch(/Invalid|Digest Mismatch/);
    const parts = report.split(/Signature #/).at(-1)!;
    expect(parts).toContain("Total document signed");
    expect(run("qpdf", "--check", file(name))).toContain("No syntax or stream encoding errors found");
    const drawn = spawnSync("mutool", ["draw", "-F", "txt", file(name)], { encoding: "utf8" });
    expect(drawn.status).toBe(0);
    expect(drawn.stderr.replace(/^warning: ICC support.*$/m, "")).not.toMatch(/error|warning/);
  });

  test("each signature holds for OpenSSL, with nothing but the root to believe in", () => {
    const found = signaturesIn(readFileSync(file(name)));
    const stamps = found.filter(({ isTimestamp }) => isTimestamp);
    expect([found.length, stamps.length]).toEqual(name === "sealed.pdf" ? [5, 1] : [2, 1]);
    for (const { cms, signed, isTimestamp } of found) {
      writeFileSync(scratch("cms.der"), cms);
      writeFileSync(scratch("signed.bin"), signed);
      if (isTimestamp) {
        const hash = run("openssl", "dgst", "-sha256", "-r", scratch("signed.bin")).slice(0, 64);
        const verified = run(
          ...(["openssl", "ts", "-verify", "-digest", hash, "-token_in"] as const),
          ...["-in", scratch("cms.der"), "-CAfile", scratch("root.pem")],
        );
        expect(verified).toContain("Verification: OK");
      } else {
        const verify = (content: string) =>
          spawnSync("openssl", [
            ...["cms", "-verify", "-inform", "DER", "-in", scratch("cms.der"), "-content", content],
            ...["-binary", "-CAfile", scratch("root.pem"), "-purpose", "any", "-out", "/dev/null"],
          ]).status;
        expect(verify(scratch("signed.bin"))).toBe(0);
        signed[signed.length >> 1]! ^= 1;
        writeFileSync(scratch("changed.bin"), signed);
        expect(verify(scratch("changed.bin"))).not.toBe(0);
      }
    }
  });

  test("holds for our own check, at the level it promises", () => {
    const { status, stdout } = whereof("verify", file(name), "--trust", file("root.cer"), "--json");
    const report = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report.summary).toBe("This file is exactly what was signed.");
    const signatures = report.signatures.filter(({ kind }: { kind: string }) => kind !== "timestamp");
    for (const { level } of signatures) expect(level).toBe("B-LTA");
  });
});

test("each signer has a certificate of their own, issued under the root", () => {
  const pdf = readFileSync(file("sealed.pdf"));
  const [, first] = signaturesIn(pdf);
  writeFileSync(scratch("first.der"), first!.cms);
  run(
    ...(["openssl", "cms", "-cmsout", "-inform", "DER", "-in", scratch("first.der")] as const),
    ...["-certsout", scratch("bundle.pem"), "-out", "/dev/null"],
  );
  const serials = ["signer-1.cer", "signer-2.cer", "seal.cer"].map((name) => {
    const pem = run("openssl", "x509", "-inform", "DER", "-in", file(name));
    writeFileSync(scratch("one.pem"), pem);
    expect(
      run(
        "openssl",
        "verify",
        "-CAfile",
        scratch("root.pem"),
        "-untrusted",
        scratch("bundle.pem"),
        scratch("one.pem"),
      ),
    ).toContain("OK");
    return run("openssl", "x509", "-inform", "DER", "-in", file(name), "-noout", "-serial");
  });
  expect(new Set(serials).size).toBe(3);
  const text = run("openssl", "x509", "-inform", "DER", "-in", file("signer-1.cer"), "-noout", "-text");
  expect(text).toContain("Ana Ruiz");
  expect(text).toMatch(/Key Usage: critical\s+Non Repudiation/);
});

test("what cannot be taken is refused with its code and a sentence, and leaves nothing that looks done", () => {
  mkdirSync(scratch("refused"));
  writeFileSync(scratch("letter.pdf"), "Dear all,");
  const { status, stderr, stdout } = whereof("try", scratch("letter.pdf"), "--out", scratch("refused/out"));
  expect(status).toBe(3);
  expect(`${stdout}${stderr}`).toContain("pdf/not-a-pdf");
  expect(spawnSync("ls", [scratch("refused/out/sealed.pdf")]).status).not.toBe(0);
});
