import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes, sourceOf } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { download } from "#lib/evidence/download.ts";
import { completedPdf, validatedByUs } from "#lib/evidence/testing-sealed.ts";
import { validateDocument } from "#lib/evidence/validate-document.ts";
import { createStaging } from "#lib/identity/create-staging.ts";
import { findStagingOf } from "#lib/identity/find-staging.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  basicConstraints,
  crlDistributionPoint,
  keyUsage,
  subjectKeyIdentifier,
} from "#lib/pki/core/certificates/extensions.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import {
  type Authority,
  opensslMakes,
  pem,
  testKey,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { crlOf } from "#lib/pki/core/validation/testing-document.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { webError } from "#lib/ports/web.ts";
import { office, PASSWORD } from "#lib/retention/testing.ts";
import { activateSeal } from "../seals/activate-seal.ts";
import { importSeal } from "../seals/import-seal.ts";
import { listSeals } from "../seals/list-seals.ts";
import { registerCertificates } from "../seals/register-certificate.ts";
import { carryOver } from "./carry-over.ts";
import { getStaging } from "./get-staging.ts";

const product = testProduct({ runsJobs: true });
const CRL_URL = "http://ca.example/ca.crl";
const dates = () => ({
  notBefore: new Date(Date.now() - 3_600_000),
  notAfter: new Date(Date.now() + YEAR_MS),
});
let ca: Authority;

beforeAll(async () => {
  const extensions = [
    basicConstraints({ pathLength: null }),
    keyUsage(["keyCertSign", "crlSign"]),
    subjectKeyIdentifier(product().runtime.random(20)),
  ];
  ca = await wildCertificate({ subject: "Another CA", extensions, ...dates() });
  const fetch = async (url: string) => {
    if (url !== CRL_URL) throw webError("unavailable", "nobody answers");
    return crlOf(ca, new Date(), []);
  };
  Object.assign(product().runtime, { web: { fetch } });
});

async function opened() {
  const people = await office(product());
  await createStaging(people.owner, { password: PASSWORD });
  const { staging } = await findStagingOf(people.owner);
  return { ...people, there: staging!.ctx! };
}

const pdfText = (pdf: Uint8Array): string =>
  execFileSync("pdftotext", ["-", "-"], { input: pdf, encoding: "utf8" });

const stepsOf = async (ctx: Context) =>
  Object.fromEntries((await getStaging(ctx)).steps!.map(({ step, isDone }) => [step, isDone]));

async function keyFile() {
  const key = testKey("ecdsa-p256-sha256");
  const extensions = [keyUsage(["contentCommitment"]), crlDistributionPoint(CRL_URL)];
  const holder = await wildCertificate({ subject: "Harbour Seal", issuer: ca, key, extensions, ...dates() });
  const files = { k: keyPem(holder), c: pem(holder.certificateDer), ca: pem(ca.certificateDer) };
  return opensslMakes(
    "o",
    "pkcs12 -export -inkey k -in c -certfile ca -passout pass:x -out o".split(" "),
    files,
  );
}

async function tested(ctx: Context, id: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const { brought } = await listSeals(ctx);
    if (brought.some((one) => one.id === id && one.state === "tested")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain: ${JSON.stringify((await listSeals(ctx)).brought)}`);
}

describe("a test workspace", () => {
  test("is opened once, by an administrator with their password, and stays one", async () => {
    const { owner, sender, person, there } = await opened();
    const refused = (ctx: Context, password = PASSWORD) => refusalOf(createStaging(ctx, { password }));
    expect(await refused(owner)).toBe("identity/staging-exists");
    expect(await refused(there)).toBe("identity/staging-here");
    expect(await refused(sender)).toBe("authorize/not-allowed");
    const other = await office(product());
    expect(await refused(other.owner, "wrong")).toBe("identity/current-password-wrong");
    const types = async (ctx: Context) => (await readChain(ctx, null)).entries.map(({ type }) => type);
    expect(await types(owner)).toEqual(["staging.opened"]);
    expect(await types(there)).toEqual(["organization.created"]);
    // Whoever is no member there learns that it is, and no more.
    const admin = await person("admin");
    expect(await getStaging(admin)).toMatchObject({ steps: null, staging: { isMember: false } });
    expect(await refusalOf(carryOver(admin))).toBe("identity/staging-not-found");
    expect((await getStaging(other.owner)).staging).toBeNull();

    const { admin: sql } = product();
    const change = (to: string | null) =>
      sql`update organizations set staging_of = ${to} where organization_id = ${there.organizationId}`;
    await expect(change(null)).rejects.toThrow(/stays one/);
    const real = sql`update organizations set staging_of = ${other.owner.organizationId}
      where organization_id = ${owner.organizationId}`;
    await expect(real).rejects.toThrow(/stays one/);
    const unnamed = sql`update organizations set name = 'Harbour' where organization_id = ${there.organizationId}`;
    await expect(unnamed).rejects.toThrow(/staging_name/);
  });

  test("two that are opened at once are one", async () => {
    const { owner } = await office(product());
    const tries = await Promise.allSettled([1, 2, 3].map(() => createStaging(owner, { password: PASSWORD })));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = tries.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(["identity/staging-exists"]));
  });

  test("makes documents that say TEST on every page, in every certificate and when they are checked", async () => {
    const { there } = await opened();
    const { envelopeId, pdf } = await completedPdf(there);
    const report = await validatedByUs(product().runtime, pdf);
    expect(report).toMatchObject({
      ...{ verdict: "indeterminate", exitCode: 2 },
      summary: "This is a test: it was signed in a workspace for trying out, and binds nobody.",
    });
    expect(report.findings.map(({ code }) => code)).toContain("test-workspace");
    // All of it holds all the same: only what it is worth is another thing.
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(report.signatures.map(() => "passed"));
    const { roots, crls } = await publishedTrust(product().runtime);
    const own = {
      name: "a.pdf",
      now: new Date(),
      anchors: roots.map(trustAnchorOf),
      crls,
      acceptsTests: true,
    };
    expect(validateDocument(sourceOf(pdf), own).verdict).toBe("passed");

    const rows = await product().admin`select kind, der, subject from certificates
      where organization_id = ${there.organizationId}`;
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(["seal", "signer"]);
    for (const { kind, der } of rows) {
      const { policies, subject } = parseCertificate(new Uint8Array(der));
      expect(policies).toContain(WHEREOF_OID.testPolicy);
      if (kind === "seal") expect(subject.text).toContain("O=TEST ");
    }
    const wanted = { kind: "audit-trail" } as const;
    const trail = await download(there, { envelopeId, wanted });
    const bytes = concatBytes(await Array.fromAsync(trail.bytes));
    expect(pdfText(bytes)).toContain("THIS IS A TEST");
    expect(pdfText(pdf).match(/TEST - not a real document/g)).toHaveLength(2);
  });

  test("what is made in the real workspace says nothing of the kind", async () => {
    const { owner } = await opened();
    const { pdf } = await completedPdf(owner);
    expect((await validatedByUs(product().runtime, pdf)).verdict).toBe("passed");
    expect(pdfText(pdf)).not.toContain("TEST");
  });
});

test("a certificate is tried with the same steps, then carried over by the list", async () => {
  const { owner, there, sender } = await opened();
  expect(await stepsOf(owner)).toEqual({
    ...{ opened: true, brought: false, active: false, sealed: false },
    ...{ carried: false, broughtHere: false, testedHere: false, activeHere: false },
  });
  const file = await keyFile();
  await registerCertificates(there, { use: "anchor", bytes: ca.certificateDer });
  const brought = await importSeal(there, { bytes: file.slice(), password: "x", chosen: null });
  await tested(there, brought.sealId!);
  expect(await stepsOf(owner)).toMatchObject({ brought: true, active: false });
  await activateSeal(there, { sealId: brought.sealId! });
  expect(await stepsOf(owner)).toMatchObject({ active: true, sealed: false });
  const { pdf } = await completedPdf(there);
  const { crls, roots } = await publishedTrust(product().runtime);
  const anchors = [...roots, ca.certificateDer].map(trustAnchorOf);
  // The seal's certificate is a real one: the signers' are not, and so the whole is a test.
  const report = validateDocument(sourceOf(pdf), { name: null, now: new Date(), anchors, crls });
  expect(report).toMatchObject({
    verdict: "indeterminate",
    summary: expect.stringContaining("This is a test"),
  });
  expect(await stepsOf(owner)).toMatchObject({ sealed: true, carried: false });
  expect(await getStaging(owner)).toMatchObject({ certificate: "Harbour Seal", toCarry: 1 });

  expect(await refusalOf(carryOver(there))).toBe("identity/staging-not-found");
  expect(await refusalOf(carryOver(sender))).toBe("authorize/not-allowed");
  expect(await carryOver(owner)).toEqual({ added: 1 });
  expect(await carryOver(owner)).toEqual({ added: 0 });
  const here = await importSeal(owner, { bytes: file.slice(), password: "x", chosen: null });
  expect(await stepsOf(owner)).toMatchObject({ carried: true, broughtHere: true });
  await tested(owner, here.sealId!);
  expect(await stepsOf(there)).toMatchObject({ testedHere: true, activeHere: false });
  await activateSeal(owner, { sealId: here.sealId! });
  expect(Object.values(await stepsOf(owner))).toEqual(Array.from({ length: 8 }, () => true));
  const types = (await readChain(owner, null)).entries.map(({ type }) => type);
  expect(types.filter((type) => type === "staging.carried-over")).toHaveLength(1);
});
