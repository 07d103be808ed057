import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { revokeCertificate } from "#lib/pki/revoke-certificate.ts";
import { registerCertificates } from "#lib/signing/seals/register-certificate.ts";
import { downloadKeyRecord, findKeyRecord } from "../key-records/download-key-record.ts";
import { completed } from "../testing-package.ts";
import {
  downloadCheckResults,
  getCertificateChecks,
  latestChecks,
  listCertificateChecks,
} from "./get-checks.ts";
import { askCertificateCheck, beginDueCheck, CHECK_EVERY_DAYS } from "./run-checks.ts";

const product = testProduct({ runsJobs: true });
const DAY_MS = 86_400_000;

async function checkedAgain(owner: Context) {
  await askCertificateCheck(owner);
  const newest = async () => (await listCertificateChecks(owner)).runs[0]!;
  await expect.poll(async () => (await newest()).endedAt, { timeout: 30_000 }).not.toBeNull();
  return newest();
}

test("every stored certificate is looked at, and what is found stays as it was filed", async () => {
  const { admin, newOrganization } = product();
  // Who set the installation up has its authorities looked at too.
  const founder = await (await newOrganization()).member("owner");
  const organization = await newOrganization();
  const owner = await organization.member("owner");
  const envelopeId = await completed(owner);
  const { certificates } = await getEnvelope(owner, { envelopeId });
  const signer = certificates.find(({ kind }) => kind === "signer")!.id;
  const anchor = inFolder((file) => {
    const made = run("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "400"],
      ...["-subj", "/CN=Some Root", "-keyout", file("key.pem", fromUtf8(""))],
    ]);
    expect(made.status).toBe(0);
    return made.stdout;
  });
  await registerCertificates(owner, { use: "anchor", bytes: new Uint8Array(anchor) });

  expect(await refusalOf(askCertificateCheck(await organization.member("counsel")))).toBe(
    "authorize/not-allowed",
  );
  const first = await checkedAgain(owner);
  // Two signers, the seal, and the registered root.
  expect(first).toMatchObject({ checked: 4, counts: { valid: 4 } });
  const before = await getCertificateChecks(owner, { certificateId: signer });
  expect(before.checks.map(({ verdict }) => verdict)).toEqual(["valid"]);
  expect(before.nextAt!.getTime() - first.startedAt.getTime()).toBe(CHECK_EVERY_DAYS * DAY_MS);

  await revokeCertificate(owner, {
    target: { certificateId: signer },
    reason: "keyCompromise",
    note: "lost",
  });
  await admin`update registered_certificates set sha256 = ${"0".repeat(64)}
    where organization_id = ${organization.id}`;
  const second = await checkedAgain(owner);
  expect(second.counts).toMatchObject({ valid: 2, revoked: 1, faulty: 1 });
  const { found, nextAt } = await listCertificateChecks(owner);
  expect(found.map(({ verdict, source, name }) => [verdict, source, name])).toEqual([
    ["revoked", "stored", expect.stringContaining("CN=")],
    ["faulty", "registered", "CN=Some Root"],
  ]);
  expect(found[0]!.certificateId).toBe(signer);
  expect(found[1]!.reasons.map(({ code }) => code)).toEqual(["altered"]);
  const { checks } = await getCertificateChecks(owner, { certificateId: signer });
  expect(checks.map(({ verdict }) => verdict)).toEqual(["revoked", "valid"]);
  expect((await latestChecks(owner, { certificateIds: [signer] })).get(signer)?.verdict).toBe("revoked");

  await expect(
    owner.runtime.database.db.transaction(async (transaction) => {
      await transaction.execute(`select set_config('app.organization_id', '${organization.id}', true)`);
      await transaction.execute("update certificate_checks set verdict = 'valid'");
    }),
  ).rejects.toThrow();

  const wanted = { kind: "certificate-check", subjectId: second.id } as const;
  await expect.poll(() => findKeyRecord(owner, wanted), { timeout: 30_000 }).not.toBeNull();
  const record = await downloadKeyRecord(owner, wanted);
  const pdf = new Uint8Array(await new Response(record.bytes).arrayBuffer());
  expect(toHex(sha256(pdf))).toBe((await findKeyRecord(owner, wanted))!.sha256);
  inFolder((file) => {
    const path = file("report.pdf", pdf);
    expect(run("pdfsig", [path]).text).toContain("Signature is Valid.");
    const words = run("pdftotext", ["-layout", path, "-"]).text;
    expect(words).toContain("Check of all certificates on");
    expect(words).toContain("its SHA-256 is another");
  });
  const csv = await downloadCheckResults(owner, { runId: second.id });
  const lines = (await new Response(csv.bytes).text()).trim().split(/\r?\n/);
  expect(lines).toHaveLength(5);
  expect(lines.filter((line) => /,"?revoked"?,/.test(line))).toHaveLength(1);

  const { entries } = await readChain(owner, null);
  const ended = entries.filter(({ type }) => type === "certificate-check.ended");
  expect(ended.map(({ data }) => [data.valid, data.revoked, data.faulty])).toEqual([
    [4, 0, 0],
    [2, 1, 1],
  ]);
  expect((await listCertificateChecks(founder)).runs).toEqual([]);
  expect(await refusalOf(downloadCheckResults(founder, { runId: second.id }))).toBe("evidence/not-found");
  expect(await refusalOf(getCertificateChecks(founder, { certificateId: signer }))).toBe(
    "evidence/not-found",
  );
  const authorities = await checkedAgain(founder);
  expect(authorities.checked).toBeGreaterThan(3);
  expect(authorities.counts.valid).toBe(authorities.checked);
  expect(nextAt! > before.nextAt!).toBe(true);
}, 120_000);

test("it begins by itself when a year is nearly over, and not before", async () => {
  const { runtime, newOrganization } = product();
  const organization = await newOrganization();
  const owner = await organization.member("owner");
  await completed(owner);
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: organization.id, actor });
  const inDays = (days: number) => ({ ...system, now: () => new Date(Date.now() + days * DAY_MS) });
  await beginDueCheck(inDays(CHECK_EVERY_DAYS - 1));
  expect((await listCertificateChecks(owner)).runs).toEqual([]);
  await beginDueCheck(inDays(CHECK_EVERY_DAYS + 1));
  const runs = async () => (await listCertificateChecks(owner)).runs;
  await expect.poll(async () => (await runs())[0]?.endedAt ?? null, { timeout: 30_000 }).not.toBeNull();
  expect(await runs()).toMatchObject([{ startedBy: null, checked: 3 }]);
  await beginDueCheck(inDays(CHECK_EVERY_DAYS + 2));
  expect(await runs()).toHaveLength(1);
}, 120_000);
