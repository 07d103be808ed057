import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sha256, sourceOf, toHex } from "#lib/bytes.ts";
import { type Context, createContext, type Role } from "#lib/context.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { setAccessCode } from "#lib/envelopes/set-access-code.ts";
import { changeOrganization } from "#lib/identity/change-organization.ts";
import type { EnvelopeId, PackageId } from "#lib/ids.ts";
import { signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { keepingFacts } from "#lib/retention/keeping-facts.ts";
import { passCheck } from "#lib/signing/checks/pass-check.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { giveReason } from "./access/give-reason.ts";
import { buildPackage } from "./build-package.ts";
import { readZip } from "./core/zip/read-zip.ts";
import { download } from "./download.ts";
import { listPackages } from "./list-packages.ts";
import { requestPackage } from "./request-package.ts";
import { packageBytes, readyPackage } from "./testing-package.ts";

const product = testProduct({ runsJobs: true });
const folders: string[] = [];
let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let owner: Context;
let envelopeId: EnvelopeId;
let token: string;

beforeAll(async () => {
  organization = await product().newOrganization();
  owner = await organization.member("owner");
  ({ envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel"));
  token = await linkFor(owner, envelopeId, "Ana Ruiz");
  await sign(await personWith(owner, token));
  await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ben Okafor")));
  await until(owner, envelopeId, ({ state }) => state === "completed");
}, 180_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const ready = (ctx: Context, id: PackageId | null = null) => readyPackage(ctx, envelopeId, id);
const bytesOf = (ctx: Context, id: PackageId | null = null) => packageBytes(ctx, envelopeId, id);

function unpacked(bytes: Uint8Array): string {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-package-"));
  folders.push(folder);
  writeFileSync(path.join(folder, "package.zip"), bytes);
  const { status, stderr } = spawnSync("unzip", ["-q", "package.zip", "-d", "files"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return path.join(folder, "files");
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

/** Runs every block of commands of the recipe as it is printed. */
function runHowto(folder: string, only = /./): { command: string; status: number | null; said: string }[] {
  const text = readFileSync(path.join(folder, "HOWTO.txt"), "utf8");
  const blocks = text.match(/(?:^(?!#).+\n)+/gm) ?? [];
  return blocks
    .filter((block) => only.test(block))
    .map((command) => {
      const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", command], {
        cwd: folder,
        encoding: "utf8",
      });
      return { command, status, said: `${stdout}${stderr}` };
    });
}

test("is built when the envelope is complete, without anybody asking, and holds every part", async () => {
  await ready(owner);
  const folder = unpacked(await bytesOf(owner));
  const files = filesIn(folder);
  for (const name of [
    ...["01-agreement/1-lease-original.pdf", "01-agreement/1-lease-signed.pdf"],
    ...["02-audit/audit-trail.pdf", "02-audit/events.jsonl", "02-audit/events.json"],
    ...["02-audit/log-proof.json", "02-audit/checkpoint.txt", "02-audit/checkpoint.tst"],
    ...[
      "05-certificates/log.pem",
      "02-audit/chain-proof.json",
      "03-identity/1-ana-ruiz.json",
      "04-consent/2-ben-okafor.json",
    ],
    ...["04-consent/notice-business-1-en.txt", "05-certificates/signer-1-ana-ruiz.cer"],
    ...["05-certificates/seal.cer", "05-certificates/root.cer", "05-certificates/chain.p7b"],
    ...["05-certificates/signatures/1-signer1.p7s", "06-validation/report.json", "06-validation/report.pdf"],
    ...["06-validation/ocsp/1.ors", "06-validation/crl/1.crl", "06-validation/tokens/1-signer1.tst"],
    ...["07-presentation/pages.json", "07-presentation/views.json", "08-custody/custody-log.pdf"],
    ...["09-policy/policy.json", "10-declaration/custodian-declaration.pdf"],
    ...["10-declaration/notice-902-11.html", "10-declaration/element-map.json"],
    ...["README.html", "HOWTO.txt", "verifier.html", "SHA256SUMS"],
    ...["manifest.json", "manifest.p7s", "manifest.tsr"],
    ...["mimetype", "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s"],
  ])
    expect(files).toContain(name);
});

test("is an ASiC-E container: its media type first, every file under a CAdES signature with a time-stamp", async () => {
  await ready(owner);
  const bytes = await bytesOf(owner);
  // EN 319 162-1 §A.1: the name at octet 30, what it says at 38, nothing packed and no extra field between.
  expect(Buffer.from(bytes.subarray(30, 69)).toString()).toBe("mimetypeapplication/vnd.etsi.asic-e+zip");
  expect(Buffer.from(bytes.subarray(26, 30))).toEqual(Buffer.from([8, 0, 0, 0]));
  const folder = unpacked(bytes);
  const [first] = outside("unzip", "-Z1", path.join(folder, "../package.zip")).split("\n");
  expect(first).toBe("mimetype");
  expect(outside("unzip", "-Z", path.join(folder, "../package.zip"))).not.toMatch(/ def[NXFS] /);
  const xml = readFileSync(path.join(folder, "META-INF/ASiCManifest001.xml"), "utf8");
  const listed = [...xml.matchAll(/DataObjectReference URI="([^"]+)".*<ds:DigestValue>([^<]+)</g)];
  const own = ["mimetype", "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s"];
  expect(listed.map(([, name]) => decodeURIComponent(name!)).sort()).toEqual(
    filesIn(folder).filter((name) => !own.includes(name)),
  );
  for (const [, name, digest] of listed)
    expect(
      Buffer.from(sha256(readFileSync(path.join(folder, decodeURIComponent(name!))))).toString("base64"),
    ).toBe(digest);
  expect(xml).toContain('URI="META-INF/signature001.p7s"');
  const cms = path.join(folder, "META-INF/signature001.p7s");
  const said = outside("openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", cms);
  expect(said).toContain("eContent: <ABSENT>");
  for (const attribute of ["id-smime-aa-signingCertificateV2", "id-smime-aa-timeStampToken"])
    expect(said).toContain(attribute);
});

function outside(program: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
  return `${stdout}${stderr}`;
}

test("the declaration takes a signature, states what was measured, and stands with its companions", async () => {
  await ready(owner);
  const folder = unpacked(await bytesOf(owner));
  const paper = (name: string) => path.join(folder, "10-declaration", name);
  const words = (name: string) => outside("pdftotext", "-layout", paper(name), "-").replaceAll(/\s+/g, " ");
  for (const name of ["", "-california", "-new-york", "-texas"]) {
    const file = paper(`custodian-declaration${name}.pdf`);
    expect(outside("qpdf", "--check", file)).toContain("No syntax or stream encoding errors");
    // Nobody has signed it, and there is a place for whoever does.
    expect(outside("pdfsig", file)).not.toContain("Signature is Valid");
    expect(readFileSync(file, "latin1")).toMatch(/\/FT\s*\/Sig/);
  }
  const [keys, signed] = [path.join(folder, "nss"), path.join(folder, "signed.pdf")];
  mkdirSync(keys);
  outside("certutil", "-N", "-d", keys, "--empty-password");
  writeFileSync(path.join(keys, "noise"), "n".repeat(2_000));
  const noise = ["-z", path.join(keys, "noise")];
  outside(
    "certutil",
    "-S",
    "-d",
    keys,
    "-n",
    "Vera",
    "-s",
    "CN=Vera",
    "-x",
    "-t",
    "CT,C,C",
    "-g",
    "2048",
    ...noise,
  );
  const declaration = paper("custodian-declaration.pdf");
  outside("pdfsig", "-nssdir", keys, "-nick", "Vera", "-sign", "Declarant", declaration, signed);
  const told = outside("pdfsig", "-nssdir", keys, signed);
  expect(told).toContain("Signature is Valid");
  expect(told).toContain("Total document signed");
  expect(outside("qpdf", "--check", signed)).toContain("No syntax or stream encoding errors");
  const declared = words("custodian-declaration.pdf");
  expect(declared).toMatch(/they differed by -?\d+ ms, measured to within \d+ ms/);
  expect(declared).toContain("the key of that seal is held encrypted in the installation’s database");
  expect(words("custodian-declaration-california.pdf")).toContain(
    "under the laws of the State of California",
  );
  expect(words("custodian-declaration-new-york.pdf")).toContain("under the laws of New York");
  const [letter, sheet] = [words("preservation-letter.pdf"), words("deposition-fact-sheet.pdf")];
  expect(letter).toContain("Please keep everything you hold about it");
  expect(sheet).toContain("Ana Ruiz");
  expect(sheet).toMatch(/they differed by -?\d+ ms/);
});

test("the declaration says of who had a link alone that they showed nothing else", async () => {
  await ready(owner);
  const folder = unpacked(await bytesOf(owner));
  const declared = readFileSync(path.join(folder, "10-declaration/custodian-declaration.html"), "utf8");
  expect(declared.match(/showed nothing to the system beside that: no check is recorded/g)).toHaveLength(2);
  expect(declared).toContain("sent to that address");
});

test("every command of its recipe runs as printed and succeeds", async () => {
  await ready(owner);
  const runs = runHowto(unpacked(await bytesOf(owner)));
  const failed = runs.filter(({ status }) => status !== 0);
  expect(failed).toEqual([]);
  expect(runs.length).toBeGreaterThan(15);
  const said = runs.map((run) => run.said).join("");
  expect(said.match(/CMS Verification successful/g)).toHaveLength(6);
  expect(said.match(/Verification: OK/g)!.length).toBeGreaterThanOrEqual(6);
  expect(said.match(/: good/g)!.length).toBeGreaterThanOrEqual(3);
  expect(said).toContain("verify OK");
  expect(said).toMatch(/^entry \d+ of \d+ in the log \S+\/log$/m);
  expect(said).toContain("Verified OK");
  expect(said).toContain("05-certificates/log.pem: OK");
  expect(said).toMatch(/^subject=.*CN ?= ?Ana Ruiz/m);
  expect(said).toMatch(/^\d+ files are those that were signed for$/m);
  expect(said).toMatch(/^\d+ files are those of the container$/m);
  expect(said).not.toMatch(/error|fail/i);
}, 180_000);

test("its recipe is a script, and one bit changed in any file, or a file more, does not pass it", async () => {
  await ready(owner);
  const folder = unpacked(await bytesOf(owner));
  const all = () => spawnSync("bash", ["-v", "-e", "HOWTO.txt"], { cwd: folder, encoding: "utf8" });
  const untouched = all();
  expect(`${untouched.status} ${untouched.stderr.slice(-200)}`).toMatch(/^0 /);
  const place = (name: string) => path.join(folder, name);
  const isSums = (name: string) => name === "SHA256SUMS";
  const isSigned = (name: string) => /^(manifest\.|META-INF)/.test(name);
  for (const name of filesIn(folder)) {
    const bytes = readFileSync(place(name));
    const changed = Buffer.from(bytes);
    // Of a CMS its signature value: beside it lie a time-stamp and certificates that say for themselves what they are.
    const value = isSigned(name) && name.endsWith(".p7s") ? bytes.indexOf(signatureValueOf(bytes)) : -1;
    const middle = Math.floor(bytes.length / 2);
    changed[value >= 0 ? value + 5 : name === "HOWTO.txt" ? 10 : middle]! ^= 1;
    writeFileSync(place(name), changed);
    if (isSigned(name)) {
      const failed = runHowto(folder, /openssl .* manifest|META-INF/).filter(({ status }) => status !== 0);
      expect([name, failed.length > 0]).toEqual([name, true]);
    } else {
      // Whoever changes a file can change its sum beside it too.
      const sums = readFileSync(place("SHA256SUMS"), "utf8");
      const lines = [`${toHex(sha256(bytes))}  ${name}\n`, `${toHex(sha256(changed))}  ${name}\n`] as const;
      if (!isSums(name)) writeFileSync(place("SHA256SUMS"), sums.replace(...lines));
      const [listed] = runHowto(folder, /files are those/);
      expect(listed).toMatchObject({ status: 1, said: expect.stringContaining(`changed: ${name}\n`) });
      if (!isSums(name)) writeFileSync(place("SHA256SUMS"), sums);
    }
    writeFileSync(place(name), bytes);
  }
  writeFileSync(path.join(folder, "03-identity/3-nobody.json"), "{}");
  const [listed] = runHowto(folder, /files are those/);
  expect(listed).toMatchObject({ status: 1, said: "not listed: 03-identity/3-nobody.json\n" });
}, 300_000);

describe("who may", () => {
  test.each<[Role, boolean]>([
    ["owner", true],
    ["admin", true],
    ["counsel", true],
    ["viewer", false],
    ["sender", false],
  ])("%s (not the sender of it): %s", async (role, isAllowed) => {
    await ready(owner);
    const ctx = await organization.member(role);
    const refusal = isAllowed ? undefined : "authorize/not-allowed";
    expect(await refusalOf(bytesOf(ctx))).toBe(refusal);
    if (!isAllowed) expect(await refusalOf(requestPackage(ctx, { envelopeId }))).toBe(refusal);
  });

  test("nobody of another organization, and no signer", async () => {
    await ready(owner);
    const other = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(bytesOf(other))).toBe("evidence/not-found");
    expect(await refusalOf(requestPackage(other, { envelopeId }))).toBe("evidence/not-found");
    expect(await refusalOf(listPackages(other, { envelopeId }))).toBe("evidence/not-found");
    expect(await refusalOf(bytesOf(await personWith(owner, token)))).toBe("authorize/not-a-member");
  });

  test("before completion there is none", async () => {
    const draft = await sent(owner, [{ name: "Ana Ruiz" }]);
    expect(await refusalOf(requestPackage(owner, draft))).toBe("evidence/not-complete");
    const wanted = { kind: "package", packageId: null } as const;
    expect(await refusalOf(download(owner, { envelopeId: draft.envelopeId, wanted }))).toBe(
      "evidence/package-not-ready",
    );
  });
});

test("that it was asked for, built and downloaded stands in the trail, with the reason", async () => {
  const order = { reason: "motion of 3 May", matter: "24-cv-117", preparedFor: "Opposing counsel" };
  const id = await requestPackage(owner, { envelopeId, ...order });
  await ready(owner, id);
  await bytesOf(owner, id);
  const { entries } = await readChain(owner, envelopeId);
  expect(entries.findLast(({ type }) => type === "package.requested")?.data).toMatchObject({
    ...{ package: id, variant: "full" },
    ...order,
  });
  expect(entries.findLast(({ type }) => type === "package.built")?.data).toMatchObject({ package: id });
  expect(entries.findLast(({ type }) => type === "evidence.downloaded")?.data).toMatchObject({
    kind: "package",
  });
});

test("is asked for with a reason where the organization asks for one before downloads", async () => {
  const asks = (...asksReasonFor: "download"[]) =>
    changeOrganization(owner, {
      ...{ paper: "a4", fileNamePattern: "{title}", printsMarginId: true, asksReasonFor },
    });
  await asks("download");
  expect(await refusalOf(requestPackage(owner, { envelopeId }))).toBe("identity/reason-required");
  const id = await requestPackage(owner, { envelopeId, reason: "asked for by the court" });
  const counsel = await organization.member("counsel");
  await giveReason(counsel, { purpose: "download", envelopeId, reason: "the Miller case" });
  await requestPackage(counsel, { envelopeId });
  const { entries } = await readChain(owner, envelopeId);
  const requested = entries.filter(({ type }) => type === "package.requested").slice(-2);
  expect(requested.map(({ data }) => data.reason)).toEqual(["asked for by the court", "the Miller case"]);
  await asks();
  await ready(owner, id);
});

test("built again it is the same, byte for byte", async () => {
  const first = await ready(owner);
  const before = await bytesOf(owner, first.id);
  await product()
    .admin`update evidence_packages set state = 'waiting', ready_at = null where id = ${first.id}`;
  const actor = { kind: "system", job: "again" } as const;
  const { runtime } = product();
  const ctx = createContext(runtime, { organizationId: organization.id, actor });
  await buildPackage(ctx, {
    packageId: first.id,
    keeping: await keepingFacts(ctx, { envelopeId }),
  });
  expect(Buffer.from(await bytesOf(owner, first.id)).equals(Buffer.from(before))).toBe(true);
  expect(readZip(sourceOf(before)).every(({ fault }) => fault === null)).toBe(true);
});

test("a redacted package holds no value about a person, and its recipe runs all the same", async () => {
  const order = { variant: "redacted", batesPrefix: "ACME", reason: "production for Ana" } as const;
  const id = await requestPackage(owner, { envelopeId, ...order });
  await ready(owner, id);
  const bytes = await bytesOf(owner, id);
  const folder = unpacked(bytes);
  const { name, email } = owner.actor as { name: string; email: string };
  const personal = [
    "Ana Ruiz",
    "ana.ruiz",
    "Ben Okafor",
    "ben-okafor",
    "lease.pdf",
    "Lease 12B",
    name,
    email,
  ];
  for (const file of filesIn(folder)) {
    const text = readFileSync(path.join(folder, file), "latin1");
    const plain = file.endsWith(".pdf") ? pdfText(path.join(folder, file)) : text;
    for (const value of [...personal, "203.0.113.7", "motion of 3 May", "production for Ana"])
      expect(`${file} ${plain}`, `${value} in ${file}`).not.toContain(value);
  }
  const manifest = JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8"));
  expect(manifest.withheld.map((one: { name: string }) => one.name)).toContain(
    "01-agreement/1-document-signed.pdf",
  );
  expect(readFileSync(path.join(folder, "bates-index.csv"), "utf8")).toContain("ACME000001");
  expect(runHowto(folder).filter(({ status }) => status !== 0)).toEqual([]);
}, 180_000);

const pdfText = (file: string): string =>
  spawnSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).stdout;

test("says how each person was identified and what they agreed to, and its own check holds", async () => {
  const draft = await newDraft(owner, [{ name: "Ana Ruiz", check: "access-code" }]);
  const recipientId = draft.content.recipients[0]!.id;
  await setAccessCode(owner, { envelopeId: draft.envelopeId, recipientId, code: "K7MW-4PXQ" });
  await sendEnvelope(owner, draft);
  const link = await linkFor(owner, draft.envelopeId, "Ana Ruiz");
  const session = await passCheck(await personWith(owner, link), { code: "K7MW4PXQ" });
  const ana = await personWith(owner, link, session);
  await sign(ana);
  await until(owner, draft.envelopeId, ({ state }) => state === "completed");
  await readyPackage(owner, draft.envelopeId);
  const folder = unpacked(await packageBytes(owner, draft.envelopeId));
  const json = (name: string) => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
  expect(json("03-identity/1-ana-ruiz.json")).toMatchObject({
    ...{ methods: ["email-link", "access-code"], asked: "access-code" },
    codes: [
      expect.anything(),
      expect.objectContaining({ data: { recipient: recipientId, method: "access-code" } }),
    ],
  });
  expect(json("04-consent/1-ana-ruiz.json")).toMatchObject({
    given: [{ file: expect.any(String) }],
    withdrawn: [],
  });
  expect(json("09-policy/policy.json").authentication.signers).toEqual([
    { person: recipientId, link: true, check: "access-code" },
  ]);
  const declared = readFileSync(path.join(folder, "10-declaration/custodian-declaration.html"), "utf8");
  expect(declared).toMatch(/passed a check, an access code set by the sender’s side, on \d+ \w+ \d{4}/);
  expect(declared).not.toContain("no check is recorded");
  const trail = spawnSync("pdftotext", ["-layout", "02-audit/audit-trail.pdf", "-"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(trail.stdout.replaceAll(/\s+/g, " ")).toContain(
    "Then by an access code, which the sender had told them",
  );
  expect(runHowto(folder).filter(({ status }) => status !== 0)).toEqual([]);
});
