import { beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { type CertificateId, uuidV7 } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { searchTextOf } from "#lib/pki/core/certificates/search-text.ts";
import { publishedAuthorities } from "#lib/pki/published.ts";
import { searchCertificates } from "#lib/pki/search-certificates.ts";
import { presentCertificate } from "#lib/signing/presented/present-certificate.ts";
import { registerCertificates } from "#lib/signing/seals/register-certificate.ts";
import { startTestCa, type TestCa } from "#lib/signing/seals/testing-ca.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { getCertificateChecks, listCertificateChecks } from "../certificate-checks/get-checks.ts";
import { askCertificateCheck } from "../certificate-checks/run-checks.ts";
import { downloadCertificate } from "../download-certificate.ts";
import { getCertificate } from "../get-certificate.ts";
import { findCertificates } from "../lookup/find-certificates.ts";
import { askAuthority } from "./ask-authority.ts";

const product = testProduct({ runsJobs: true });
let ca: TestCa;

beforeAll(async () => {
  ca = await startTestCa();
  ca.publishTo(product().runtime);
});

const keyOf = async () => (await product().runtime.keys.ephemeral()).publicKey;

/** A certificate of another's, on record as the organization's seal. */
async function foreignSeal(ctx: Context, name: string) {
  const [der, above] = await ca.certify(await keyOf(), name);
  const certificate = parseCertificate(der!);
  const id = uuidV7(Date.now(), product().runtime.random(10)) as CertificateId;
  await product()
    .admin`insert into certificates (organization_id, id, kind, chain_pem, serial, subject, issuer, sha256, der,
      search_text, not_before, not_after, created_at) values (${ctx.organizationId}, ${id}, 'seal', ${toPem(above!)},
      ${certificate.serialHex}, ${certificate.subject.text}, ${certificate.issuer.text}, ${certificate.sha256},
      ${Buffer.from(der!)}, ${searchTextOf(certificate)}, ${certificate.notBefore.toISOString()},
      ${certificate.notAfter.toISOString()}, now())`;
  return { id, certificate };
}

/** As the index shows it and programs are told. */
async function statusIn(ctx: Context, id: CertificateId) {
  const shown = (await searchCertificates(ctx, {})).items.find((item) => item.id === id)?.status;
  const told = (await findCertificates(ctx, {})).items.find((item) => item.id === id)?.status;
  expect(told).toBe(shown);
  return shown;
}
const revocationOf = async (ctx: Context, certificateId: CertificateId) =>
  (await getCertificate(ctx, { certificateId })).revocation;
const noted = async (ctx: Context) =>
  (await readChain(ctx, null)).entries.filter(({ type }) => type === "certificate.found-revoked");

test("another's certificate is not called valid before its authority said so, nor after it revoked it", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const { id, certificate } = await foreignSeal(owner, "Harbour seal");
  const found = async (status: "valid" | "unknown" | "revoked" | "expired") =>
    (await searchCertificates(owner, { status })).items.map((item) => item.id);
  expect(await statusIn(owner, id)).toBe("unknown");
  expect([await found("unknown"), await found("valid")]).toEqual([[id], []]);
  expect(await revocationOf(owner, id)).toMatchObject({ sentence: "not-said", answers: [], silence: null });

  ca.isSilent = true;
  expect(await refusalOf(askAuthority(owner, { certificateId: id }))).toBe("evidence/status-no-answer");
  expect(await statusIn(owner, id)).toBe("unknown");
  ca.isSilent = false;
  expect(await askAuthority(owner, { certificateId: id })).toEqual({ isRevoked: false });
  expect([await found("unknown"), await found("valid")]).toEqual([[], [id]]);
  const good = await revocationOf(owner, id);
  expect(good).toMatchObject({
    sentence: "not-revoked",
    answers: [{ source: "crl", url: "http://ca.example/ca.crl" }],
  });
  expect(good.answers[0]!.nextUpdate!.getTime()).toBeGreaterThan(good.answers[0]!.thisUpdate!.getTime());
  // An answer counts for a while, and not for ever.
  const later = { ...owner, now: () => new Date(Date.now() + 100 * 86_400_000) };
  expect(await statusIn(later, id)).toBe("unknown");

  const revokedAt = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
  ca.revoked.push({ serialHex: certificate.serialHex, revokedAt, reason: "keyCompromise" });
  expect(await askAuthority(owner, { certificateId: id })).toEqual({ isRevoked: true });
  expect([await statusIn(owner, id), await found("revoked"), await found("valid")]).toEqual([
    "revoked",
    [id],
    [],
  ]);
  expect(await revocationOf(owner, id)).toMatchObject({
    sentence: "revoked",
    revokedAt,
    reason: "keyCompromise",
  });
  await askAuthority(owner, { certificateId: id });
  expect((await noted(owner)).map(({ data }) => [data.certificate, data.reason])).toEqual([
    [id, "keyCompromise"],
  ]);
  const mails = async () =>
    ((await readOutbox(owner)) ?? []).filter(({ subject }) => subject.includes("Harbour seal"));
  await expect.poll(async () => (await mails()).length, { timeout: 30_000 }).toBe(1);

  const viewer = await organization.member("viewer");
  expect(await refusalOf(askAuthority(viewer, { certificateId: id }))).toBe("authorize/not-allowed");
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(askAuthority(stranger, { certificateId: id }))).toBe("evidence/not-found");
}, 60_000);

test("what signers brought, what was registered and our authorities are found, opened and downloaded", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
  const [der, above] = await ca.certify(await keyOf(), "Ana's own card");
  await presentCertificate(ana, { file: null, text: `${toPem(der!)}${toPem(above!)}` });
  await sign(ana);
  await until(owner, envelopeId, ({ state }) => state === "completed", 60_000);
  await registerCertificates(owner, { use: "anchor", bytes: ca.authority.certificateDer });

  const all = (await searchCertificates(owner, {})).items;
  expect(all.map(({ kind }) => kind).toSorted()).toEqual(["anchor", "presented", "seal", "signer"]);
  const [brought] = (await searchCertificates(owner, { search: "ana's own card" })).items;
  expect(brought).toMatchObject({ kind: "presented", status: "unknown", envelope: { id: envelopeId } });
  for (const search of ["ana ruiz", brought!.serial, brought!.sha256, "another ca"])
    expect((await searchCertificates(owner, { search, kind: "presented" })).items, search).toHaveLength(1);
  const anchor = all.find(({ kind }) => kind === "anchor")!;
  // It vouches for itself: nobody else is asked.
  expect(anchor.status).toBe("valid");
  expect((await revocationOf(owner, anchor.id)).silence).toBe("needless");
  expect(await refusalOf(askAuthority(owner, { certificateId: anchor.id }))).toBe("evidence/status-needless");
  const authorities = (await searchCertificates(owner, { kind: "authority" })).items;
  expect(authorities).toHaveLength((await publishedAuthorities(product().runtime)).length);
  expect((await searchCertificates(owner, { search: "whereof root" })).items).toContainEqual(
    expect.objectContaining({ kind: "authority", status: "valid" }),
  );

  for (const { id, kind } of [brought!, anchor, authorities[0]!]) {
    const details = await getCertificate(owner, { certificateId: id });
    expect([details.kind, details.signed, details.signedTotal]).toEqual([kind, [], 0]);
    const file = await downloadCertificate(owner, { certificateId: id, form: "json" });
    expect(JSON.parse(await new Response(file.bytes).text())).toMatchObject({ kind, signaturesTotal: 0 });
  }
  const stranger = await organization.member("sender");
  expect(await refusalOf(getCertificate(stranger, { certificateId: brought!.id }))).toBe(
    "authorize/not-allowed",
  );
  const other = await (await product().newOrganization()).member("owner");
  for (const { id } of [brought!, anchor])
    expect(await refusalOf(getCertificate(other, { certificateId: id }))).toBe("evidence/not-found");

  await askAuthority(owner, { certificateId: brought!.id });
  expect(await revocationOf(owner, brought!.id)).toMatchObject({
    sentence: expect.stringMatching(/^(not-revoked-when-signed|answer-before-signing)$/),
  });
  const signer = all.find(({ kind }) => kind === "signer")!;
  expect(await revocationOf(owner, signer.id)).toMatchObject({
    isOurs: true,
    sentence: "not-revoked-when-signed",
  });
  expect(await refusalOf(askAuthority(owner, { certificateId: signer.id }))).toBe("evidence/status-ours");
}, 120_000);

test("the yearly check tells who looks after keys what is bad, in plain words", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { id, certificate } = await foreignSeal(owner, "Meadow seal");
  const revokedAt = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
  ca.revoked.push({ serialHex: certificate.serialHex, revokedAt, reason: "keyCompromise" });
  await askCertificateCheck(owner);
  await expect
    .poll(async () => (await listCertificateChecks(owner)).runs[0]!.endedAt, { timeout: 30_000 })
    .not.toBeNull();
  expect((await getCertificateChecks(owner, { certificateId: id })).checks[0]!.verdict).toBe("revoked");
  expect(await statusIn(owner, id)).toBe("revoked");
  const mails = async () =>
    ((await readOutbox(owner)) ?? []).filter(({ subject }) =>
      subject.startsWith("The check of your certificates"),
    );
  await expect
    .poll(async () => (await mails()).map(({ subject }) => subject), { timeout: 30_000 })
    .toEqual(["The check of your certificates found one that is bad"]);
}, 60_000);

test("every signature of a seal is listed, part by part, and the files say how many there are", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")));
  await until(owner, envelopeId, ({ state }) => state === "completed", 60_000);
  const seal = (await searchCertificates(owner, { kind: "seal" })).items[0]!.id;
  const before = (await getCertificate(owner, { certificateId: seal })).signedTotal;
  await product()
    .admin`insert into signing_steps (organization_id, id, envelope_id, document_id, revision, kind,
      certificate_id, base_sha256, at, seed, done_at)
    select organization_id, gen_random_uuid(), envelope_id, document_id, revision, kind, certificate_id, base_sha256, at,
      seed, done_at from (select * from signing_steps where certificate_id = ${seal} and kind = 'sealed' limit 1) s,
      generate_series(1, 130)`;
  const seen = new Set<string>();
  let parts = 0;
  for (let cursor: string | null = null; ; parts++) {
    const page = await getCertificate(owner, { certificateId: seal, cursor });
    expect(page.signedTotal).toBe(before + 130);
    for (const { signatureId } of page.signed) seen.add(signatureId);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  expect([seen.size, parts]).toEqual([before + 130, 2]);
  const file = await downloadCertificate(owner, { certificateId: seal, form: "json" });
  const told = JSON.parse(await new Response(file.bytes).text());
  expect([told.signaturesTotal, told.signaturesNotListed, told.signatures.length]).toEqual([
    before + 130,
    0,
    before + 130,
  ]);
  const sender = await organization.member("sender");
  expect(await getCertificate(sender, { certificateId: seal })).toMatchObject({ signed: [], signedTotal: 0 });
}, 60_000);
