import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes, fromUtf8, sourceOf, toHex, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import { revisionFiles } from "#lib/evidence/revision-files.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { findSignatures } from "#lib/pdf/changes/found-signature.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  basicConstraints,
  crlDistributionPoint,
  keyUsage,
  subjectKeyIdentifier,
} from "#lib/pki/core/certificates/extensions.ts";
import { keyPem, pkcs8Of } from "#lib/pki/core/pkcs12/testing.ts";
import {
  type Authority,
  openssl,
  opensslMakes,
  pem,
  testKey,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import { crlOf } from "#lib/pki/core/validation/testing-document.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { webError } from "#lib/ports/web.ts";
import { listKeyExports } from "../key-exports/get-key-exports.ts";
import { endingKeys } from "../keys/list-keys.ts";
import { setSealLife } from "../keys/seal-life.ts";
import { reportCompromise } from "../report-compromise.ts";
import { openSeal } from "../seal-key.ts";
import { linkFor, personWith, sent, sign, until } from "../testing.ts";
import { activateSeal } from "./activate-seal.ts";
import { answerSealRequest } from "./answer-seal-request.ts";
import { convertKeyFile } from "./convert-key-file.ts";
import { dropSeal } from "./drop-seal.ts";
import { importSeal } from "./import-seal.ts";
import { type BroughtSeal, listSeals } from "./list-seals.ts";
import { registerCertificates, unregisterCertificate } from "./register-certificate.ts";
import { renewSeal } from "./renew-seal.ts";
import { repeatSealTest } from "./repeat-seal-test.ts";
import { requestSealKey } from "./request-seal-key.ts";
import { returnToOwnSeal } from "./return-to-own-seal.ts";
import { sealRequestFile } from "./seal-request-file.ts";

const product = testProduct({ runsJobs: true });
const CRL_URL = "http://ca.example/ca.crl";
const REQUEST = {
  ...{ organization: "Harbour Street Studio", commonName: "Harbour Street Studio, seal" },
  ...{ unit: "Legal", country: "nl" },
} as const;

/** Another's authority, and whether its revocation list can be fetched. */
let ca: Authority;
let isCrlThere = true;
const revoked: string[] = [];

const dates = () => ({
  notBefore: new Date(Date.now() - 3_600_000),
  notAfter: new Date(Date.now() + YEAR_MS),
});

beforeAll(async () => {
  const extensions = [
    basicConstraints({ pathLength: null }),
    keyUsage(["keyCertSign", "crlSign"]),
    subjectKeyIdentifier(product().runtime.random(20)),
  ];
  ca = await wildCertificate({ subject: "Another CA", extensions, ...dates() });
  const fetch = async (url: string) => {
    if (!isCrlThere || url !== CRL_URL) throw webError("unavailable", "nobody answers");
    const revokedAt = new Date(Date.now() - 60_000);
    return crlOf(
      ca,
      new Date(),
      revoked.map((serialHex) => ({ serialHex, revokedAt, reason: "cessationOfOperation" })),
    );
  };
  Object.assign(product().runtime, { web: { fetch } });
});

async function waitFor(
  ctx: Context,
  id: string,
  isThere: (seal: BroughtSeal) => boolean,
): Promise<BroughtSeal> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const seal = (await listSeals(ctx)).brought.find((one) => one.id === id);
    if (seal && isThere(seal)) return seal;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain: ${JSON.stringify((await listSeals(ctx)).brought)}`);
}

async function withRequest(algorithm: KeyAlgorithm = "ecdsa-p256-sha256") {
  const organization = await product().newOrganization();
  const admin = await organization.member("admin");
  const { id } = await requestSealKey(admin, { ...REQUEST, algorithm: algorithm as "rsa-3072-sha256" });
  await waitFor(admin, id, ({ state }) => state === "key-made");
  const { bytes, fileName } = await sealRequestFile(admin, { sealId: id });
  return { organization, admin, id, csr: bytes, fileName };
}

const EXTENSIONS = `keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=1.3.6.1.5.5.7.3.36
crlDistributionPoints=URI:${CRL_URL}
authorityKeyIdentifier=keyid
`;

/** What OpenSSL, as the authority, answers to a request. */
const answerTo = (csr: Uint8Array, extensions = EXTENSIONS, more = "-days 300"): string => {
  const files = { csr, ca: pem(ca.certificateDer), key: keyPem(ca), ext: extensions };
  const args = `x509 -req -in csr -CA ca -CAkey key -set_serial 0x${toHex(product().runtime.random(8)).replace(/^./, "4")} ${more} -extfile ext -out o`;
  return toUtf8(opensslMakes("o", args.split(" "), files));
};
const withCa = (leaf: string) => fromUtf8(leaf + pem(ca.certificateDer));
/** A signature by itself, and the bytes of the document it is over. */
async function signatureWithContent(
  ctx: Context,
  envelopeId: EnvelopeId,
  wanted: { kind: "signature"; documentId: DocumentId; revision: number },
): Promise<[signature: Uint8Array, content: Uint8Array]> {
  const read = async (stream: ReadableStream<Uint8Array>) =>
    new Uint8Array(await new Response(stream).arrayBuffer());
  const { bytes } = await download(ctx, { envelopeId, wanted });
  const files = await revisionFiles(ctx, { envelopeId, documentId: wanted.documentId });
  const pdf = await read(files.find(({ name }) => name.startsWith(`revision-${wanted.revision}-`))!.bytes);
  const { byteRange } = findSignatures(PdfFile.open(sourceOf(pdf))).find(({ end }) => end === pdf.length)!;
  const [from, length, next, rest] = byteRange!;
  return [
    await read(bytes),
    concatBytes([pdf.subarray(from, from + length), pdf.subarray(next, next + rest)]),
  ];
}
/** Without the reports of test signings, which are sealed in their own time. */
const types = async (ctx: Context) =>
  (await readChain(ctx, null)).entries.map(({ type }) => type).filter((type) => type !== "key-record.sealed");

describe("a key that another authority certifies", () => {
  test("is asked for, certified, tested, and then seals documents that a stranger verifies", async () => {
    const { admin, id, csr, fileName } = await withRequest("rsa-3072-sha256");
    expect(fileName).toMatch(/^seal-[0-9a-f]{12}\.csr$/);
    expect(openssl("req -verify -in csr -noout -subject".split(" "), { csr })).toMatch(
      /verify OK[\s\S]*C ?= ?NL[\s\S]*OU ?= ?Legal/i,
    );
    expect(await answerSealRequest(admin, { sealId: id, bytes: withCa(answerTo(csr)) })).toMatchObject({
      isUsable: true,
      findings: [{ code: "root-not-trusted" }],
    });
    expect(await refusalOf(activateSeal(admin, { sealId: id }))).toBe("signing/seal-not-tested");
    const tested = await waitFor(admin, id, ({ checks }) => checks !== null);
    expect(tested.checks!.filter(({ isGood }) => !isGood)).toEqual([]);
    expect(tested.checks!.map(({ code }) => code)).toEqual([
      ...["signatures", "document", "field", "certificate", "name", "reason", "changes", "time", "status"],
      ...["archive", "level", "validation"],
    ]);
    expect(tested.state).toBe("tested");
    const ends = (await endingKeys(admin)).filter(({ kind }) => kind === "seal");
    expect(ends.map(({ sha256 }) => sha256)).toContain(tested.certificateSha256);
    await activateSeal(admin, { sealId: id });
    const { current } = await listSeals(admin);
    expect(current).toMatchObject({ isBrought: true, issuer: "Another CA", provider: "software" });
    expect(await refusalOf(dropSeal(admin, { sealId: id }))).toBe("signing/seal-in-use");

    const { envelopeId } = await sent(admin, [{ name: "Ana Ruiz" }], "parallel");
    await sign(await personWith(admin, await linkFor(admin, envelopeId, "Ana Ruiz")));
    await until(admin, envelopeId, ({ state }) => state === "completed");
    const { certificates, documents } = await getEnvelope(admin, { envelopeId });
    expect(certificates.find(({ kind }) => kind === "seal")!.sha256).toBe(tested.certificateSha256);
    const certified = { kind: "signature", documentId: documents[0]!.id, revision: 2 } as const;
    const [sig, content] = await signatureWithContent(admin, envelopeId, certified);
    const verify = "cms -verify -binary -inform DER -in sig -content pdf -CAfile root -purpose any -out x";
    const files = { sig, pdf: content, root: pem(ca.certificateDer) };
    expect(openssl(verify.split(" "), files)).toContain("successful");

    await returnToOwnSeal(admin);
    expect((await listSeals(admin)).current).toBeNull();
    await activateSeal(admin, { sealId: id });
    expect((await listSeals(admin)).current).toMatchObject({ isBrought: true });
    expect((await types(admin)).filter((type) => /seal/.test(type))).toEqual([
      ...["seal-key.requested", "seal-key.created", "seal-certificate.brought", "seal.tested"],
      ...["seal.activated", "seal.returned", "seal.activated"],
    ]);
  }, 180_000);

  test("is refused in its own words for each thing that is wrong, and nothing is kept", async () => {
    const { admin, id, csr } = await withRequest();
    const codes = async (bytes: Uint8Array) => {
      const { isUsable, findings } = await answerSealRequest(admin, { sealId: id, bytes });
      expect(isUsable).toBe(false);
      return findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
    };
    const other = await withRequest();
    expect(await codes(withCa(answerTo(other.csr)))).toEqual(["certificate-not-of-key"]);
    expect(await codes(fromUtf8(answerTo(csr)))).toEqual(["chain-incomplete"]);
    expect(await codes(withCa(answerTo(csr, "keyUsage=keyEncipherment\n")))).toEqual(["wrong-usage"]);
    expect(
      await codes(
        withCa(answerTo(csr, "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign,nonRepudiation\n")),
      ),
    ).toEqual(["authority"]);
    expect(await codes(withCa(answerTo(csr, EXTENSIONS, "-days 300 -sha1")))).toEqual(["sha1-signature"]);
    expect(await refusalOf(answerSealRequest(admin, { sealId: id, bytes: csr }))).toBe(
      "pki/not-a-certificate",
    );
    expect(await refusalOf(answerSealRequest(admin, { sealId: id, bytes: fromUtf8(keyPem(ca)) }))).toBe(
      "pki/holds-a-key",
    );
    expect(await waitFor(admin, id, () => true)).toMatchObject({
      state: "key-made",
      certificateSha256: null,
    });
    await registerCertificates(admin, { use: "anchor", bytes: ca.certificateDer });
    expect(await answerSealRequest(admin, { sealId: id, bytes: fromUtf8(answerTo(csr)) })).toEqual({
      isUsable: true,
      findings: [],
    });
  });

  test("whose authority tells no status fails its test, seals nothing, and may be tested again", async () => {
    const { admin, id, csr } = await withRequest();
    isCrlThere = false;
    await answerSealRequest(admin, { sealId: id, bytes: withCa(answerTo(csr)) });
    const failed = await waitFor(admin, id, ({ checks }) => checks !== null);
    isCrlThere = true;
    expect(failed).toMatchObject({ state: "certified", checks: [{ code: "status", isGood: false }] });
    expect(await refusalOf(activateSeal(admin, { sealId: id }))).toBe("signing/seal-not-tested");
    await repeatSealTest(admin, { sealId: id });
    expect(await waitFor(admin, id, ({ checks }) => checks !== null)).toMatchObject({ state: "tested" });
    const { admin: sql } = product();
    await sql`update brought_seals set certificate_sha256 = 'other' where id = ${id}`;
    expect(await refusalOf(activateSeal(admin, { sealId: id }))).toBe("signing/seal-not-tested");
    await dropSeal(admin, { sealId: id });
    expect(await refusalOf(repeatSealTest(admin, { sealId: id }))).toBe("signing/seal-not-found");
  });

  test("of another organization is not there", async () => {
    const { id } = await withRequest();
    const stranger = await (await product().newOrganization()).member("owner");
    for (const work of [
      () => activateSeal(stranger, { sealId: id }),
      () => dropSeal(stranger, { sealId: id }),
      () => sealRequestFile(stranger, { sealId: id }),
      () => answerSealRequest(stranger, { sealId: id, bytes: ca.certificateDer }),
    ])
      expect(await refusalOf(work())).toBe("signing/seal-not-found");
    expect((await listSeals(stranger)).brought).toEqual([]);
  });

  test("whose end comes near is renewed by itself, once; nothing is sealed with it after its end", async () => {
    const { admin, id, csr } = await withRequest();
    await answerSealRequest(admin, { sealId: id, bytes: withCa(answerTo(csr)) });
    await waitFor(admin, id, ({ state }) => state === "tested");
    await activateSeal(admin, { sealId: id });
    const actor = { kind: "system", job: "test" } as const;
    const worker = createContext(product().runtime, { organizationId: admin.organizationId, actor });
    const inDays = (days: number) => ({ ...worker, now: () => new Date(Date.now() + days * 86_400_000) });
    await renewSeal(inDays(200));
    expect((await listSeals(admin)).brought).toHaveLength(1);

    await renewSeal(inDays(230));
    await renewSeal(inDays(240));
    expect(await refusalOf(openSeal(inDays(301)))).toBe("signing/seal-expired");
    const { brought } = await listSeals(admin);
    expect(brought).toHaveLength(2);
    const renewal = brought.find(({ isRenewal }) => isRenewal)!;
    await waitFor(admin, renewal.id, ({ state }) => state === "key-made");
    const request = await sealRequestFile(admin, { sealId: renewal.id });
    const said = openssl(["req", "-in", "csr", "-noout", "-verify", "-subject"], { csr: request.bytes });
    expect(said).toContain(
      'C = NL, O = Harbour Street Studio, OU = Legal, CN = "Harbour Street Studio, seal"',
    );
    expect(toHex(request.bytes)).not.toBe(toHex(csr));
    const started = (await readChain(admin, null)).entries.filter(
      ({ type }) => type === "seal-renewal.started",
    );
    expect(started.map(({ data }) => data)).toMatchObject([
      { reason: "ending", renews: id, seal: renewal.id },
    ]);
    const mails = () => product().admin`select to_address, subject from outbox_mails
      where organization_id = ${admin.organizationId} and subject like 'Renew%'`;
    await expect.poll(async () => (await mails()).length, { timeout: 30_000 }).toBe(1);

    await answerSealRequest(admin, { sealId: renewal.id, bytes: withCa(answerTo(request.bytes)) });
    await waitFor(admin, renewal.id, ({ state }) => state === "tested");
    await activateSeal(admin, { sealId: renewal.id });
    const states = (await listSeals(admin)).brought.map(({ state, isRenewal }) => [state, isRenewal]);
    expect(states).toEqual([
      ["active", true],
      ["replaced", false],
    ]);
  });

  test("that its authority revoked seals nothing more, and is renewed", async () => {
    const { admin, id, csr } = await withRequest();
    await answerSealRequest(admin, { sealId: id, bytes: withCa(answerTo(csr)) });
    const { certificateSha256 } = await waitFor(admin, id, ({ state }) => state === "tested");
    await activateSeal(admin, { sealId: id });
    const actor = { kind: "system", job: "test" } as const;
    const worker = createContext(product().runtime, { organizationId: admin.organizationId, actor });
    const { der } = (await openSeal(worker)).certificate;
    revoked.push(parseCertificate(der).serialHex);
    const later = { ...worker, now: () => new Date(Date.now() + 3_600_000) };
    expect(await refusalOf(openSeal(later))).toBe("signing/seal-revoked");
    const started = (await readChain(admin, null)).entries.filter(
      ({ type }) => type === "seal-renewal.started",
    );
    expect(started.map(({ data }) => data)).toMatchObject([
      { reason: "revoked", certificate: certificateSha256 },
    ]);
    const { brought } = await listSeals(admin);
    await dropSeal(admin, { sealId: brought.find(({ isRenewal }) => isRenewal)!.id });
    await renewSeal(later);
    expect((await listSeals(admin)).brought).toHaveLength(1);
  });

  test("whose key an administrator reports lost seals nothing more, and no key of ours takes its place", async () => {
    const { admin, id, csr } = await withRequest();
    await answerSealRequest(admin, { sealId: id, bytes: withCa(answerTo(csr)) });
    await waitFor(admin, id, ({ state }) => state === "tested");
    await activateSeal(admin, { sealId: id });
    const actor = { kind: "system", job: "test" } as const;
    const worker = createContext(product().runtime, { organizationId: admin.organizationId, actor });
    const { certificate } = await openSeal(worker);
    await reportCompromise(admin, { certificateId: certificate.id, lostAt: new Date() });
    for (const _ of ["at once", "still"])
      expect(await refusalOf(openSeal(worker))).toBe("signing/seal-revoked");
    expect(await types(admin)).not.toContain("seal.created");
    const renewals = (await listSeals(admin)).brought.filter(({ isRenewal }) => isRenewal);
    expect(renewals).toHaveLength(1);
    await returnToOwnSeal(admin);
    expect((await openSeal(worker)).certificate.id).not.toBe(certificate.id);
    expect(await types(admin)).toContain("seal.created");
    expect(await refusalOf(activateSeal(admin, { sealId: id }))).toBe("signing/seal-revoked");
  });

  test("that expired seals nothing until somebody decides", async () => {
    const { organization, admin, id, csr } = await withRequest();
    await answerSealRequest(admin, { sealId: id, bytes: withCa(answerTo(csr)) });
    await waitFor(admin, id, ({ state }) => state === "tested");
    await setSealLife(admin, { leastSealDays: 365 });
    expect(await refusalOf(activateSeal(admin, { sealId: id }))).toBe("signing/seal-ends-soon");
    await setSealLife(admin, { leastSealDays: 0 });
    await activateSeal(admin, { sealId: id });
    const later = () => new Date(Date.now() + YEAR_MS);
    const actor = { kind: "system", job: "test" } as const;
    const worker = createContext(product().runtime, { organizationId: admin.organizationId, actor });
    expect((await openSeal(worker)).certificate.chain).toHaveLength(1);
    expect(await refusalOf(openSeal({ ...worker, now: later }))).toBe("signing/seal-expired");
    const { notAfter } = parseCertificate((await openSeal(worker)).certificate.der);
    const daysLeft = Math.floor((notAfter.getTime() - Date.now()) / 86_400_000);
    await setSealLife(admin, { leastSealDays: daysLeft + 1 });
    expect(await refusalOf(openSeal(worker))).toBe("signing/seal-ends-soon");
    await setSealLife(admin, { leastSealDays: 0 });
    // A document's class may ask for more than the organization does.
    expect(await refusalOf(openSeal(worker, daysLeft + 1))).toBe("signing/seal-ends-soon");
    expect(await refusalOf(openSeal(worker, daysLeft))).toBeUndefined();
    await setSealLife(admin, { leastSealDays: daysLeft });
    expect(await refusalOf(openSeal(worker))).toBeUndefined();
    await expect(setSealLife(admin, { leastSealDays: 366 })).rejects.toThrow();
    const counsel = await organization.member("counsel");
    expect(await refusalOf(setSealLife(counsel, { leastSealDays: 1 }))).toBe("authorize/not-allowed");
  });
});

describe("a key file", () => {
  const credential = async (subject = "Imported Seal") =>
    wildCertificate({
      subject,
      issuer: ca,
      key: testKey("ecdsa-p256-sha256"),
      extensions: [keyUsage(["contentCommitment"]), crlDistributionPoint(CRL_URL)],
      ...dates(),
    });
  const pfxOf = (holder: Authority, more = "", chain = pem(ca.certificateDer)) => {
    const files = { k: keyPem(holder), c: pem(holder.certificateDer), ca: chain };
    const args = `pkcs12 -export -inkey k -in c -certfile ca -passout pass:right-password -out o ${more}`;
    return opensslMakes("o", args.trim().split(" "), files);
  };
  const imported = (
    ctx: Context,
    bytes: Uint8Array,
    password = "right-password",
    chosen: number | null = null,
  ) => importSeal(ctx, { bytes: bytes.slice(), password, chosen });

  test("that OpenSSL wrote is imported, tested and may seal; nothing of it is kept in the clear", async () => {
    const admin = await (await product().newOrganization()).member("owner");
    const holder = await credential();
    const { isUsable, findings } = await imported(admin, pfxOf(holder));
    expect([isUsable, findings.map(({ code }) => code)]).toEqual([true, ["root-not-trusted"]]);
    const [seal] = (await listSeals(admin)).brought;
    expect(seal).toMatchObject({ origin: "import", name: "Imported Seal", provider: "software" });
    const tested = await waitFor(admin, seal!.id, ({ checks }) => checks !== null);
    expect(tested.state).toBe("tested");
    await activateSeal(admin, { sealId: seal!.id });
    expect((await listSeals(admin)).current).toMatchObject({ isBrought: true, subject: "Imported Seal" });
    const { entries } = await readChain(admin, null);
    // As the page for handing keys out has it, too.
    expect(entries.find(({ type }) => type === "seal-key.imported")!.data.isExportable).toBe(true);
    expect((await listKeyExports(admin)).keys).toMatchObject([{ isExportable: true, isActive: true }]);
    const secret = toHex(pkcs8Of(holder)).slice(60, 140);
    const { admin: sql } = product();
    for (const table of ["sealed_keys", "brought_seals", "audit_events", "audit_openings"]) {
      const [row] =
        await sql`select count(*)::int as n from ${sql(table)} t where t::text like ${`%${secret}%`}`;
      expect(row!.n, table).toBe(0);
    }
  });

  test("is refused in its own words", async () => {
    const admin = await (await product().newOrganization()).member("admin");
    const holder = await credential();
    const codes = async (bytes: Uint8Array) => {
      const { isUsable, findings } = await imported(admin, bytes);
      expect(isUsable).toBe(false);
      return findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
    };
    expect(await refusalOf(imported(admin, pfxOf(holder), "wrong"))).toBe("pki/wrong-password");
    expect(await refusalOf(imported(admin, pfxOf(holder), ""))).toBe("pki/password-needed");
    expect(await refusalOf(imported(admin, fromUtf8("nothing of the kind")))).toBe("pki/not-pkcs12");
    expect(await codes(fromUtf8(pem(holder.certificateDer)))).toEqual(["no-private-key"]);
    expect(await codes(fromUtf8(keyPem(holder) + pem(holder.certificateDer)))).toEqual(["chain-incomplete"]);
    const late = await wildCertificate({
      subject: "Late",
      issuer: ca,
      notBefore: new Date(Date.now() - 2 * YEAR_MS),
      notAfter: new Date(Date.now() - YEAR_MS),
    });
    expect(await codes(pfxOf(late))).toEqual(["expired"]);
    const other = await credential("Second Seal");
    const both =
      [holder, other].map((one) => keyPem(one) + pem(one.certificateDer)).join("") + pem(ca.certificateDer);
    expect(await codes(fromUtf8(both))).toEqual(["several-keys"]);
    const { choices } = await imported(admin, fromUtf8(both));
    expect(choices.map(({ name }) => name)).toEqual(["CN=Imported Seal", "CN=Second Seal"]);
    expect((await listSeals(admin)).brought).toEqual([]);
    expect((await imported(admin, fromUtf8(both), "", 1)).isUsable).toBe(true);
    expect((await listSeals(admin)).brought.map(({ name }) => name)).toEqual(["Second Seal"]);
    const old = "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1";
    expect((await imported(admin, pfxOf(holder, old))).findings.map(({ code }) => code)).toContain(
      "old-encryption",
    );
  });

  test("is converted both ways, with what changed, and OpenSSL opens either", async () => {
    const admin = await (await product().newOrganization()).member("admin");
    const holder = await credential();
    const convert = (bytes: Uint8Array, to: "pfx" | "pem", password: string) =>
      convertKeyFile(admin, {
        bytes,
        to,
        password,
        newPassword: "cleft cam synod lacy yr wok stubborn onyx plaza quiet",
        chosen: null,
      });
    const { file, changes, fileName } = await convert(pfxOf(holder), "pem", "right-password");
    expect([fileName, changes.map(({ code }) => code)]).toEqual([
      "converted.pem",
      ["format", "encryption", "integrity", "order"],
    ]);
    const asked = [
      "pkey",
      "-in",
      "f",
      "-passin",
      "pass:cleft cam synod lacy yr wok stubborn onyx plaza quiet",
      "-noout",
      "-text_pub",
    ];
    expect(openssl(asked, { f: file })).toContain("prime256v1");
    const back = await convert(file.slice(), "pfx", "cleft cam synod lacy yr wok stubborn onyx plaza quiet");
    const args = [
      "pkcs12",
      "-in",
      "f",
      "-passin",
      "pass:cleft cam synod lacy yr wok stubborn onyx plaza quiet",
      "-nokeys",
      "-info",
    ];
    expect(openssl(args, { f: back.file })).toMatch(/AES-256-CBC[\s\S]*Imported Seal/);
    expect(await types(admin)).toEqual(["key-file.converted", "key-file.converted"]);
    for (const newPassword of ["", "a newer password", "0123456789012345678901234567890123456789"])
      expect(
        await refusalOf(
          convertKeyFile(admin, {
            ...{ bytes: pfxOf(holder), to: "pem", password: "right-password", newPassword, chosen: null },
          }),
        ),
      ).toBe("signing/passphrase-too-weak");
    expect(await refusalOf(convert(pfxOf(holder), "pem", "wrong"))).toBe("pki/wrong-password");
  });
});

test("public certificates are registered once, told, and taken out of use again", async () => {
  const admin = await (await product().newOrganization()).member("admin");
  const leaf = await wildCertificate({
    subject: "No authority",
    issuer: ca,
    extensions: [basicConstraints(null)],
    ...dates(),
  });
  const bytes = fromUtf8(pem(ca.certificateDer) + pem(ca.certificateDer));
  expect(await registerCertificates(admin, { use: "anchor", bytes })).toMatchObject({ added: 1 });
  expect(await registerCertificates(admin, { use: "chain", bytes })).toMatchObject({ added: 0 });
  expect(await refusalOf(registerCertificates(admin, { use: "anchor", bytes: leaf.certificateDer }))).toBe(
    "signing/not-an-authority",
  );
  expect(await refusalOf(registerCertificates(admin, { use: "chain", bytes: pkcs8Of(leaf) }))).toBe(
    "pki/holds-a-key",
  );
  const [registered] = (await listSeals(admin)).registered;
  expect(registered).toMatchObject({ use: "anchor", sha256: parseCertificate(ca.certificateDer).sha256 });
  await unregisterCertificate(admin, { certificateId: registered!.id });
  expect((await listSeals(admin)).registered).toEqual([]);
  expect(await refusalOf(unregisterCertificate(admin, { certificateId: registered!.id }))).toBe(
    "signing/not-registered",
  );
  expect(await types(admin)).toEqual(["certificate.registered", "certificate.unregistered"]);
});
