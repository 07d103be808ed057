import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sourceOf, toUtf8 } from "#lib/bytes.ts";
import { presentCertificate } from "#lib/signing/presented/present-certificate.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { checkPackage } from "./check-package.ts";
import { parseManifest } from "./core/package/manifest.ts";
import { readZip } from "./core/zip/read-zip.ts";
import { requestPackage } from "./request-package.ts";
import { packageBytes, readyPackage } from "./testing-package.ts";

const product = testProduct({ runsJobs: true });
const folder = mkdtempSync(path.join(tmpdir(), "whereof-brought-"));
afterAll(() => rmSync(folder, { recursive: true }));
const openssl = (...args: string[]) =>
  execFileSync("openssl", args, { cwd: folder, stdio: "pipe", encoding: "utf8" });

/** A certificate by an authority of its own, with that one's behind it. */
function certificateWithIssuer(): string {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-subj",
    "/CN=Chamber CA",
    "-days",
    "30",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  openssl("req", "-new", ...key, "-subj", "/CN=Ana Ruiz", "-keyout", "ana.key", "-out", "ana.csr");
  openssl(
    "x509",
    "-req",
    "-in",
    "ana.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-days",
    "20",
    "-out",
    "ana.pem",
  );
  return ["ana.pem", "ca.pem"].map((name) => readFileSync(path.join(folder, name), "utf8")).join("");
}

test("what a signer brought along is a file of the evidence package and named in its manifest", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
  const pem = certificateWithIssuer();
  const { sha256 } = await presentCertificate(ana, { file: null, text: pem });
  await sign(ana);
  await until(owner, envelopeId, ({ state }) => state === "completed", 60_000);
  await readyPackage(owner, envelopeId);
  const bytes = await packageBytes(owner, envelopeId);

  const members = new Map(readZip(sourceOf(bytes)).map(({ name, source }) => [name, source]));
  const fileOf = (name: string) => members.get(name)!.read(0, members.get(name)!.size);
  const name = "05-certificates/brought/1-ana-ruiz.pem";
  const { files } = parseManifest(fileOf("manifest.json"));
  expect(files.find((one) => one.name === name)).toMatchObject({
    about: expect.stringContaining("Nobody has proven that it is theirs"),
  });
  writeFileSync(path.join(folder, "from-package.pem"), fileOf(name));
  expect(openssl("verify", "-CAfile", "ca.pem", "from-package.pem")).toBe("from-package.pem: OK\n");
  const { entries } = await readChain(owner, envelopeId);
  const event = entries.find(({ type }) => type === "certificate.presented")!;
  const list = JSON.parse(toUtf8(fileOf("05-certificates/brought/index.json"))) as unknown[];
  expect(list).toEqual([
    expect.objectContaining({ file: name, subject: "CN=Ana Ruiz", sha256, isProven: false, event: event.id }),
  ]);
  const report = checkPackage(sourceOf(bytes), { anchors: [], now: new Date() });
  expect(report.checks.filter(({ verdict }) => verdict !== "passed")).toEqual([]);

  const id = await requestPackage(owner, { envelopeId, variant: "redacted" });
  await readyPackage(owner, envelopeId, id);
  const redacted = readZip(sourceOf(await packageBytes(owner, envelopeId, id)));
  expect(redacted.filter((one) => one.name.includes("brought"))).toEqual([]);
  const manifest = redacted.find((one) => one.name === "manifest.json")!.source;
  const withheld = parseManifest(manifest.read(0, manifest.size)).withheld.map((one) => one.name);
  expect(withheld).toContain("05-certificates/brought/index.json");
}, 180_000);
